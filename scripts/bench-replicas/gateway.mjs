// One simulated gateway: all that a gateway asks of PostgreSQL and Redis for its requests, with the gateway's own classes, on connections
// of its own. What it does without them is left out: the HTTP of clients, uploads, routing, providers.
import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import '../../test/support/typescript-hooks.mjs';

const { actAs } = await import('../../src/acting/acting.ts');
const { callerOf } = await import('../../src/auth/key-holders.ts');
const { VirtualKeysRepository } = await import('../../src/auth/virtual-keys.repository.ts');
const { VirtualKeysService } = await import('../../src/auth/virtual-keys.service.ts');
const { BudgetsRepository } = await import('../../src/budgets/budgets.repository.ts');
const { Budgets } = await import('../../src/budgets/budgets.service.ts');
const { redisUrlSchema } = await import('../../src/config/redis-url.schema.ts');
const { ChangeFeed } = await import('../../src/database/change-feed.ts');
const { PrismaService } = await import('../../src/database/prisma.service.ts');
const { SqlConnection } = await import('../../src/database/sql-connection.ts');
const { GatewayError } = await import('../../src/domain/errors.ts');
const { limitsSchema } = await import('../../src/domain/limits.ts');
const { systemClock } = await import('../../src/http/clock.ts');
const { newRequestId } = await import('../../src/http/request-id.ts');
const { TranscriptPolicy } = await import('../../src/ledger/entry/transcript-policy.ts');
const { Journal } = await import('../../src/ledger/journal/journal.ts');
const { LedgerListeners } = await import('../../src/ledger/writer/ledger-listeners.ts');
const { LedgerRepository } = await import('../../src/ledger/writer/ledger.repository.ts');
const { LedgerWriter } = await import('../../src/ledger/writer/ledger.writer.ts');
const { CountersKeeper } = await import('../../src/limits/counters-keeper.ts');
const { LimitsRepository } = await import('../../src/limits/limits.repository.ts');
const { Limits } = await import('../../src/limits/limits.service.ts');
const { RedisConnection } = await import('../../src/redis/redis-connection.ts');
const { describeRedisFailure, redisClient } = await import('../../src/redis/redis-client.ts');
const { logEntry } = await import('../../test/support/log-entries.ts');

/** What a request costs, is reserved for, and how long its recording plays. */
export const COST_NANO_USD = 1000n;
export const AUDIO_SECONDS = 6;
/** Names of everything of the bench in Redis begin so. */
export const REDIS_PREFIX = '{bench}';

/** Beyond what anything takes: the figures shall tell of a store that is slow, and not of who has given up. */
const PATIENCE_MS = 60_000;
/** As the gateway's (src/database/database.module.ts), but for the patience. */
const CHANGES = { pingMs: 5000, retryMs: 1000, rereadMs: 10_000, patienceMs: PATIENCE_MS };
/** As the gateway's (src/redis/redis.module.ts), but for the patience. */
const REDIS_TIMES = { patienceMs: 5000, connectMs: 5000, pingMs: 1000, retryMs: 250, maxRetryMs: 5000 };
const SETTINGS = {
  auth_grace_seconds: 3600,
  budget_unknown_cost: 'refuse',
  limit_counters: 'auto',
  workers: 1,
  ledger_mode: 'journal',
  database_timeout_seconds: PATIENCE_MS / 1000,
};
const VISIT = { clientAddress: '127.0.0.1', endpoint: 'transcriptions' };
const RESPONSE = { headersSent: false, setHeader: () => undefined };
const DEPLOYMENT = { provider: 'openai', upstreamModel: 'whisper-1' };
/** 60 words. */
const TRANSCRIPT = 'The beach was a popular spot on a hot summer day. '.repeat(6);

/** What becomes of one request. */
export class SimulatedGateway {
  /** When it has known of each version of the gateway's limits, milliseconds since 1970. */
  knownAtMs = new Map();

  /** @param options.folder for its journal; `redisUrl` undefined = limits are counted in the database */
  static async start({ url, directUrl, redisUrl, folder }) {
    const redis = redisUrl === undefined ? undefined : redisOf(redisUrl);
    await redis?.start();
    const gateway = new SimulatedGateway({ url, directUrl, redis, folder });
    await gateway.begin();
    return gateway;
  }

  constructor({ url, directUrl, redis, folder }) {
    this.redis = redis;
    this.prisma = new PrismaService(url, PATIENCE_MS);
    this.changes = new ChangeFeed(directUrl, this.prisma, CHANGES);
    this.keeper = new CountersKeeper(new LimitsRepository(this.prisma), this.changes, systemClock, SETTINGS, redis);
    this.limits = new Limits(this.keeper, this.prisma, this.changes, systemClock, SETTINGS);
    const budgetsRepository = new BudgetsRepository(this.prisma);
    this.budgets = new Budgets(budgetsRepository, this.changes, systemClock, SETTINGS);
    this.keys = new VirtualKeysService(
      new VirtualKeysRepository(this.prisma),
      // What keys are issued and shown by: none is here.
      undefined,
      budgetsRepository,
      undefined,
      undefined,
      { onRename: () => undefined },
      this.changes,
      systemClock,
      undefined,
      SETTINGS,
    );
    const timeouts = { connectMs: PATIENCE_MS, statementMs: PATIENCE_MS };
    this.connection = new SqlConnection(url, timeouts, 'auricle ledger');
    this.ledger = new LedgerWriter(
      new Journal({ folder: join(folder, 'journal'), fsync: 'never', maxBytes: Infinity, reserveBytes: 4096 }),
      new LedgerRepository(this.connection),
      new TranscriptPolicy({ store_transcripts: true }),
      new LedgerListeners(),
      SETTINGS,
    );
    // After whoever has to forget what was known before.
    this.changes.on('gateway', { changed: () => void this.noteVersion(), unsure: () => void this.noteVersion() });
  }

  async begin() {
    await this.prisma.onModuleInit();
    await this.keeper.onModuleInit();
    await Promise.all([this.limits.onModuleInit(), this.budgets.onModuleInit()]);
    this.changes.onApplicationBootstrap();
    this.ledger.onApplicationBootstrap();
  }

  /** Where limits are counted. */
  get place() {
    return this.keeper.place;
  }

  /** Changes what every gateway holds in memory, as an administrator would. */
  async change(version) {
    const limits = limitsSchema.parse({ max_file_bytes: version });
    await actAs({ actor: { kind: 'job', name: 'bench' } }, () => this.limits.ofGateway.replace(limits));
  }

  /** Makes these the gateway's own budgets. */
  async replaceBudgets(budgets) {
    await actAs({ actor: { kind: 'job', name: 'bench' } }, () => this.budgets.replaceOfGateway(budgets));
  }

  /**
   * One request.
   * @param onDecided told, in milliseconds, how long it has waited until its provider may be called, or it is refused
   * @returns its id, and whether it was let in
   */
  async serve(secret, { providerMs, onDecided }) {
    const id = newRequestId();
    const startedMs = performance.now();
    let limited;
    try {
      const caller = callerOf(await this.keys.findBySecret(secret), VISIT);
      const { keyId, name: keyName, team } = caller;
      const facts = { id, keyId, keyName, teamId: team?.id ?? null, teamName: team?.name ?? null };
      const about = { ...facts, audioSeconds: AUDIO_SECONDS, provider: 'openai', upstreamModel: 'whisper-1' };
      try {
        limited = await this.limits.enter(caller, { id, response: RESPONSE, hearsAudio: true });
        await limited.takeAudio({ audioSeconds: AUDIO_SECONDS, field: 'file' }, () => true);
        await this.budgets.reserve(caller, {
          id,
          model: 'whisper',
          candidates: [{ deployment: DEPLOYMENT, estimatedCostNanoUsd: COST_NANO_USD }],
          audioSeconds: AUDIO_SECONDS,
          deadline: { remainingMs: 600_000 },
        });
      } catch (error) {
        if (!(error instanceof GatewayError) || error.status !== 429) throw error;
        onDecided(performance.now() - startedMs);
        await this.ledger.append(logEntry({ ...facts, status: 'refused', httpStatus: 429, errorCode: error.code }));
        return { id, isLetIn: false };
      }
      onDecided(performance.now() - startedMs);
      await this.ledger.open(logEntry({ ...about, status: 'lost', httpStatus: 500 }));
      if (providerMs > 0) await delay(providerMs);
      await this.ledger.append(logEntry({ ...about, costNanoUsd: COST_NANO_USD, transcript: TRANSCRIPT }));
      return { id, isLetIn: true };
    } finally {
      await limited?.[Symbol.asyncDispose]();
    }
  }

  /** Resolves when all that it has appended is in the database. */
  async settle() {
    while (this.ledger.state.waitingRecords > 0) await this.ledger.catchUp(PATIENCE_MS);
  }

  async stop() {
    await this.ledger.beforeApplicationShutdown();
    this.changes.onModuleDestroy();
    this.budgets.onModuleDestroy();
    await this.keeper.onModuleDestroy();
    await this.redis?.stop();
    this.connection.close();
    await this.prisma.onApplicationShutdown();
  }

  async noteVersion() {
    const limits = await this.limits.ofGateway.current();
    const version = limits?.max_file_bytes;
    if (version && !this.knownAtMs.has(version))
      this.knownAtMs.set(version, performance.timeOrigin + performance.now());
  }
}

/** A connection as a gateway has one. */
export function redisOf(redisUrl) {
  const address = redisUrlSchema.parse(redisUrl);
  return new RedisConnection({
    open: (onBroken) =>
      redisClient({ address, connectMs: REDIS_TIMES.connectMs, onBroken, sentinelPassword: undefined }),
    describe: describeRedisFailure,
    prefix: REDIS_PREFIX,
    times: REDIS_TIMES,
    logger: { log: () => undefined, warn: console.warn },
  });
}
