import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { GatewayProcess, type End } from '../e2e/process/gateway-process.js';
import { readySchema } from '../../src/health/health.schema.js';
import { OpenAiBehaviour, OpenAiSimulator, SIMULATOR_KEY } from '../support/openai-simulator.js';
import { PgBouncer } from '../support/pgbouncer.js';
import { RedisServer } from '../support/redis-server.js';
import { openAiProfile } from '../support/simulator-profiles.js';
import { ChaosDatabase } from './chaos-database.js';
import type { Application } from './cluster-clients.js';
import type { Disturbed, Peak, SeenChange } from './cluster-verdict.js';
import { RoundRobinFront } from './round-robin-front.js';

const MASTER_KEY = 'sk-cluster-0123456789';
/** Whatever passes by itself has passed by then, on the slowest machine. */
const PATIENCE_MS = 120_000;
/** A change that is not seen by then is never seen: nothing is read again by itself so late. */
const CHANGE_PATIENCE_MS = 45_000;
const POLL_MS = 20;
/** Asked for by `narrow` alone. */
export const NARROW_MODEL = 'gpt-4o-mini-transcribe';
/** How long answers of the provider take at least, and how much longer at most: long enough to be under way when something happens. */
const USUAL_MS = { least: 20, more: 60 };
/** One of so many takes longer, where there are to be such. */
const LONG_OF = 25;
/** Long enough that without a limit more would be under way at once. */
const NARROW_MS = { least: 300, more: 200 };
/** Until gateways have told a Redis that was emptied what they had counted (docs/reliability.md), and a second more. */
const RECOUNT_MS = 6000;
export const REDIS_TIMEOUT_SECONDS = 1;
const KEPT_REQUESTS = 500;

const modelNames = z.object({ data: z.array(z.object({ id: z.string() })) });

/** What a cluster is made of. */
export interface ClusterParts {
  readonly random: () => number;
  readonly hasRedis: boolean;
  /** Whether everything but what is heard of goes through PgBouncer in transaction mode. */
  readonly hasPgBouncer: boolean;
  /** How much longer a few answers take. */
  readonly longMs?: number;
}

/** Gateways in processes of their own behind a front, their PostgreSQL, Redis and provider. */
export class Cluster implements AsyncDisposable {
  /** Stretches of time in which limits may be counted anew. */
  readonly disturbed: Disturbed[] = [];
  /** How many of `narrow` were with the provider, whenever one came. */
  readonly peaks: Peak[] = [];
  readonly changes: SeenChange[] = [];
  /** Whose keys a gateway is to know before it is given requests. */
  applications: readonly Application[] = [];
  /** Those that are to run, by number. */
  private readonly gateways = new Map<number, GatewayProcess>();
  /** Of each number, where its journal is. */
  private readonly folders = new Map<number, string>();
  /** All that there have been. */
  private readonly launched: GatewayProcess[] = [];
  private readonly closing: (() => Promise<unknown>)[] = [];
  private timesAway = 0;
  /** When all was well the last time. */
  private settledMs = Date.now();

  private constructor(
    readonly random: () => number,
    private readonly environment: Record<string, string>,
    readonly database: ChaosDatabase,
    readonly redis: RedisServer | undefined,
    readonly front: RoundRobinFront,
    private readonly provider: OpenAiSimulator,
  ) {}

  /** Starts everything but gateways. */
  static async start({ random, hasRedis, hasPgBouncer, longMs = 0 }: ClusterParts): Promise<Cluster> {
    const closing: (() => Promise<unknown>)[] = [];
    const database = await ChaosDatabase.start();
    closing.push(() => database.close());
    const redis = hasRedis ? await RedisServer.start() : undefined;
    if (redis) closing.push(() => redis.close());
    // Else it waits for a quarter of a minute before it looks again for a server that has gone.
    const pool = ['default_pool_size = 20', 'max_client_conn = 500', 'server_login_retry = 1'];
    const bouncer = hasPgBouncer ? await PgBouncer.start(database.url, pool) : undefined;
    if (bouncer) closing.push(() => bouncer.close());
    const provider = await OpenAiSimulator.start();
    closing.push(() => provider.close());
    const front = await RoundRobinFront.start();
    closing.push(() => front.close());
    const environment = {
      DATABASE_URL: bouncer?.url ?? database.url,
      ...(bouncer && { DIRECT_DATABASE_URL: database.url }),
      ...(redis && { REDIS_URL: redis.url, REDIS_TIMEOUT_SECONDS: String(REDIS_TIMEOUT_SECONDS) }),
      DATABASE_TIMEOUT_SECONDS: '5',
      MASTER_KEY,
      ENCRYPTION_KEY: '0123456789abcdef'.repeat(4),
      SANDBOX: 'false',
      LOG_LEVEL: 'warn',
    };
    const cluster = new Cluster(random, environment, database, redis, front, provider);
    cluster.closing.push(...closing);
    cluster.answerForProvider(longMs);
    return cluster;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const gateway of this.gateways.values()) await gateway[Symbol.asyncDispose]();
    for (const close of this.closing.toReversed()) await close();
  }

  /** Of those that are to run. */
  get urls(): readonly string[] {
    return [...this.gateways.values()].map(({ url }) => url);
  }

  /**
   * Starts a gateway and lets the front know of it as soon as it is ready, as a load balancer does.
   * @param number whose folder it has: that of the one before it, or a new one @param version the folder of another version than this
   */
  async startGateway(number: number, version?: string): Promise<void> {
    const folder = this.folders.get(number) ?? (await this.newFolder());
    this.folders.set(number, folder);
    const options = version === undefined ? {} : { command: [join(version, 'dist/main.js')], cwd: version };
    const gateway = await GatewayProcess.start({ ...this.environment, DATA_DIR: folder }, options);
    this.gateways.set(number, gateway);
    this.launched.push(gateway);
    // Also where Redis or the database is away.
    await waitUntil(`${gateway.url} is ready`, async () => (await readinessOf(gateway.url)).ok);
    // It is to know the keys before its database is away the next time: "AUTH_GRACE_SECONDS bridges a database's outage, not both".
    for (const { name } of this.applications) await this.models(gateway.url, name);
    this.front.point(number, gateway.url);
  }

  /** Kills a gateway where it stands. */
  async killGateway(number: number): Promise<void> {
    this.gateways.get(number)?.kill('SIGKILL');
    await this.gateways.get(number)?.ended;
  }

  /** Stops a gateway after the front has left it, as a load balancer is told before its gateway is. @param preStopMs how long between the two */
  async stopGateway(number: number, preStopMs = 0): Promise<End | undefined> {
    this.front.point(number, undefined);
    const gateway = this.gateways.get(number);
    await delay(preStopMs);
    gateway?.kill('SIGTERM');
    const end = await gateway?.ended;
    this.gateways.delete(number);
    return end;
  }

  /** What `ledger verify` of this version says. */
  async verifyLedger(): Promise<GatewayProcess & End> {
    return await GatewayProcess.fail(
      { ...this.environment, DATA_DIR: await this.newFolder() },
      { command: ['dist/main.js', 'ledger', 'verify'] },
    );
  }

  /** Until every gateway says that all is well. */
  async settled(): Promise<void> {
    await Promise.all(this.urls.map((url) => waitUntil(`all is well at ${url}`, () => isWell(url))));
    this.noteOwnAbsences();
  }

  /** Does something to Redis, after which limits may be counted anew. */
  async disturbing(act: (redis: RedisServer) => Promise<unknown>): Promise<void> {
    if (!this.redis) throw new Error('there is no Redis');
    const disturbed = { fromMs: Date.now(), toMs: Number.POSITIVE_INFINITY };
    this.disturbed.push(disturbed);
    await act(this.redis);
    await this.settled();
    disturbed.toMs = Date.now() + RECOUNT_MS;
  }

  /** Makes a change at one gateway and waits until it is seen at all, or never will be. */
  async change(
    what: string,
    [method, path, body]: readonly [method: string, path: string, body?: object],
    isSeen: (url: string) => Promise<boolean>,
    at?: string,
  ): Promise<void> {
    await this.admin(method, path, body, at);
    const changedMs = performance.now();
    const seen = this.urls.map(async (url) => {
      while (!(await isSeen(url).catch(() => false))) {
        if (performance.now() - changedMs > CHANGE_PATIENCE_MS) return false;
        await delay(POLL_MS);
      }
      return true;
    });
    const isSeenByAll = (await Promise.all(seen)).every(Boolean);
    this.changes.push({ what, seenMs: isSeenByAll ? Math.round(performance.now() - changedMs) : undefined });
  }

  /** Asks the admin API. @param at which gateway; absent = any */
  async admin(method: string, path: string, body?: object, at?: string): Promise<unknown> {
    const url = at ?? this.urls[Math.floor(this.random() * this.urls.length)] ?? this.urls[0];
    const answer = await fetch(`${url}/admin/v1/${path}`, {
      method,
      headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json', connection: 'close' },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  /** The models that a gateway tells an application; undefined where it does not let it in. */
  async models(url: string, application: string): Promise<string[] | undefined> {
    const key = this.applications.find(({ name }) => name === application)?.key;
    const answer = await fetch(`${url}/v1/models`, {
      headers: { authorization: `Bearer ${key}`, connection: 'close' },
    });
    const body: unknown = await answer.json();
    return answer.status === 200 ? modelNames.parse(body).data.map(({ id }) => id) : undefined;
  }

  /** Whether no gateway has anything that waits for the database. */
  async isWritten(): Promise<boolean> {
    const answers = await Promise.all(
      this.urls.map((url) =>
        fetch(`${url}/admin/v1/logs?limit=1`, {
          headers: { authorization: `Bearer ${MASTER_KEY}`, connection: 'close' },
        }).catch(() => undefined),
      ),
    );
    return answers.every((answer) => answer?.status === 200);
  }

  /** A deployment at the simulated provider. */
  deployment(upstreamModel: string): object {
    return { provider: 'openai', upstream_model: upstreamModel, api_base: this.provider.url, api_key: SIMULATOR_KEY };
  }

  private async newFolder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'auricle-cluster-'));
    this.closing.push(() => rm(folder, { recursive: true, force: true }));
    return folder;
  }

  /** A Redis that a busy machine has kept from answering is as far away as one that was killed. */
  private noteOwnAbsences(): void {
    const lines = this.launched
      .map(({ output, errors }) => (output + errors).split('Redis is away').length - 1)
      .reduce((sum, count) => sum + count, 0);
    const nowMs = Date.now();
    if (lines > this.timesAway && !this.disturbed.some(({ toMs }) => toMs >= nowMs)) {
      this.disturbed.push({ fromMs: this.settledMs, toMs: nowMs + RECOUNT_MS });
    }
    this.timesAway = lines;
    this.settledMs = nowMs;
  }

  private answerForProvider(longMs: number): void {
    const behaviour = new OpenAiBehaviour(openAiProfile);
    let count = 0;
    let atOnce = 0;
    this.provider.hear((request) => ({
      run: async (response) => {
        // Twenty minutes of recordings are no matter for memory.
        if (this.provider.requests.length > KEPT_REQUESTS) this.provider.requests.splice(0, KEPT_REQUESTS);
        const isNarrow = request.value('model') === NARROW_MODEL;
        if (isNarrow) {
          atOnce += 1;
          this.peaks.push({ atMs: Date.now(), count: atOnce });
          response.once('close', () => (atOnce -= 1));
        }
        const { least, more } = isNarrow ? NARROW_MS : USUAL_MS;
        count += 1;
        await delay(least + this.random() * more + (count % LONG_OF === 0 ? longMs : 0));
        await behaviour.answer(request).run(response, request);
      },
    }));
  }
}

async function readinessOf(url: string): Promise<Response> {
  return await fetch(`${url}/health/ready`, { headers: { connection: 'close' } });
}

async function isWell(url: string): Promise<boolean> {
  return readySchema.parse(await (await readinessOf(url)).json()).status === 'ok';
}

/** @throws Error that names it when it has not come after two minutes */
export async function waitUntil(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const beganMs = performance.now();
  while (!(await isSo().catch(() => false))) {
    if (performance.now() - beganMs > PATIENCE_MS) throw new Error(`waited in vain until ${what}`);
    await delay(100);
  }
}
