import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { GatewayProcess } from '../e2e/process/gateway-process.js';
import { readySchema } from '../../src/health/health.schema.js';
import { OpenAiBehaviour, OpenAiSimulator, SIMULATOR_KEY } from '../support/openai-simulator.js';
import { PgBouncer } from '../support/pgbouncer.js';
import { hasRedis, RedisServer } from '../support/redis-server.js';
import { seededRandom } from '../support/seeded-random.js';
import { openAiProfile } from '../support/simulator-profiles.js';
import { ChaosDatabase } from './chaos-database.js';
import { ClusterClients, type Application, type Uncured } from './cluster-clients.js';
import { ledgerWith, wrongSums } from './ledger-checks.js';
import type { Question } from './question.js';
import { RoundRobinFront } from './round-robin-front.js';

const GATEWAYS = 3;
const MASTER_KEY = 'sk-cluster-0123456789';
/** Whatever passes by itself has passed by then, on the slowest machine. */
const PATIENCE_MS = 120_000;
const POLL_MS = 20;
const MINUTE_MS = 60_000;
/** What the key `limited` may, a minute. */
const REQUESTS_PER_MINUTE = 60;
/** What the key `narrow` may, at once. */
const AT_ONCE = 4;
/** Asked for by `narrow` alone. */
const NARROW_MODEL = 'gpt-4o-mini-transcribe';
/** As long as what the simulated whisper bills, so that what is reserved is what it costs. */
const BUDGETED_SECONDS = 9;
const BUDGETED_COST_USD = 0.0009;
/** How many more requests a budget has room for, to begin with and each time. */
const ROOM = 40;
/** Until gateways have told a Redis that was emptied what they had counted (docs/reliability.md), and a second more. */
const RECOUNT_MS = 6000;
const REDIS_TIMEOUT_SECONDS = 1;
const KEPT_REQUESTS = 500;

/** What is done to a running cluster. */
export const clusterEvents = [
  'kill a gateway',
  'block and unblock a key',
  'kill Redis',
  'raise the budget and change limits',
  'kill PostgreSQL',
  'make and delete a model',
  'empty Redis',
  'restart a gateway in order',
  'kill a gateway while Redis is away',
  'restart PostgreSQL in order',
  'pause Redis',
] as const;
export type ClusterEvent = (typeof clusterEvents)[number];

/** Those that only there is a Redis for. */
export const redisEvents: ReadonlySet<ClusterEvent> = new Set([
  'kill Redis',
  'empty Redis',
  'kill a gateway while Redis is away',
  'pause Redis',
]);

/** A change, and how long it took until every gateway had it. */
export interface SeenChange {
  readonly what: string;
  readonly seenMs: number;
}

/** What was found at the end. */
export interface ClusterVerdict {
  /** All that is otherwise than promised; empty = sound. */
  readonly faults: readonly string[];
  readonly served: number;
  readonly streamed: number;
  /** Refused by a limit or a budget, by application and code. */
  readonly bounded: Readonly<Record<string, number>>;
  /** Requests whose second try was answered, by what the first came to. */
  readonly cured: Readonly<Record<string, number>>;
  /** Requests of keys with budgets that PostgreSQL was away for, twice. */
  readonly withoutDatabase: number;
  readonly uncured: readonly Uncured[];
  readonly rows: number;
  readonly lostRequests: number;
  readonly kills: number;
  readonly changes: readonly SeenChange[];
  readonly slowestChangeMs: number;
  /** Of requests that began and ended within a minute of the clock: the most of the limited key that one had, undisturbed and not. */
  readonly mostInMinute: { readonly undisturbed: number; readonly disturbed: number; readonly limit: number };
  readonly mostAtOnce: { readonly undisturbed: number; readonly disturbed: number; readonly limit: number };
  readonly budget: { readonly spentUsd: number; readonly limitUsd: number };
  readonly verify: string;
}

/** How a run is made. */
export interface ClusterOptions {
  readonly seed: number;
  /** Whether everything but what is heard of goes through PgBouncer in transaction mode. */
  readonly withPgBouncer?: boolean;
}

const issued = z.object({ id: z.string(), key: z.string().default('') });
const modelNames = z.object({ data: z.array(z.object({ id: z.string() })) });

const json: Question = { route: 'transcriptions', model: 'whisper', fields: { response_format: 'json' }, end: '}' };
const mixed: readonly Question[] = [
  json,
  { route: 'transcriptions', model: 'gpt4o', fields: { stream: 'true' }, end: 'data: [DONE]\n\n' },
  { route: 'transcriptions', model: 'whisper', fields: { response_format: 'srt' }, end: '\n' },
  { route: 'translations', model: 'whisper', fields: { response_format: 'json' }, end: '}' },
  { route: 'transcriptions', model: 'whisper', fields: { stream: 'true' }, end: 'data: [DONE]\n\n' },
  { route: 'speech', model: 'tts', fields: { voice: 'alloy', input: 'Good morning.' }, end: '' },
];

/** A stretch of time in which limits may be counted anew, milliseconds since the epoch. */
interface Disturbed {
  readonly fromMs: number;
  toMs: number;
}

/** Three gateways in processes of their own behind a front, their PostgreSQL, Redis and provider, under load. */
export class ClusterRun implements AsyncDisposable {
  private readonly gateways: GatewayProcess[] = [];
  /** Of each gateway, where its journal is. */
  private readonly folders: string[] = [];
  private readonly closing: (() => Promise<unknown>)[] = [];
  /** All that there have been. */
  private readonly launched: GatewayProcess[] = [];
  private readonly changes: SeenChange[] = [];
  private readonly disturbed: Disturbed[] = [];
  /** Whenever more of `narrow` were with the provider than ever before, undisturbed or not. */
  private readonly peaks: { atMs: number; count: number }[] = [];
  private readonly overspent: string[] = [];
  private applications: readonly Application[] = [];
  private clients: ClusterClients | undefined;
  private kills = 0;
  private room = ROOM;
  private made = 0;
  private isDatabaseAway = false;
  private databaseBackMs = 0;
  private timesAway = 0;
  /** When all was well the last time. */
  private settledMs = Date.now();

  private constructor(
    private readonly random: () => number,
    private readonly environment: Record<string, string>,
    private readonly database: ChaosDatabase,
    private readonly redis: RedisServer | undefined,
    private readonly front: RoundRobinFront,
    private readonly provider: OpenAiSimulator,
  ) {}

  static async start({ seed, withPgBouncer = false }: ClusterOptions): Promise<ClusterRun> {
    const closing: (() => Promise<unknown>)[] = [];
    const database = await ChaosDatabase.start();
    closing.push(() => database.close());
    const redis = hasRedis ? await RedisServer.start() : undefined;
    if (redis) closing.push(() => redis.close());
    // Else it waits for a quarter of a minute before it looks again for a server that has gone.
    const pool = ['default_pool_size = 20', 'max_client_conn = 500', 'server_login_retry = 1'];
    const bouncer = withPgBouncer ? await PgBouncer.start(database.url, pool) : undefined;
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
    const run = new ClusterRun(seededRandom(seed), environment, database, redis, front, provider);
    run.closing.push(...closing);
    run.answerForProvider();
    const folders = await Promise.all(
      Array.from({ length: GATEWAYS }, () => mkdtemp(join(tmpdir(), 'auricle-cluster-'))),
    );
    run.closing.push(...folders.map((folder) => () => rm(folder, { recursive: true, force: true })));
    run.folders.push(...folders);
    try {
      await Promise.all(folders.map((_, index) => run.startGateway(index)));
      await run.setUp();
    } catch (error) {
      await run[Symbol.asyncDispose]();
      throw error;
    }
    return run;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.clients?.stop();
    for (const gateway of this.gateways) await gateway[Symbol.asyncDispose]();
    for (const close of this.closing.toReversed()) await close();
  }

  /** Whether there is a Redis. */
  get hasRedis(): boolean {
    return this.redis !== undefined;
  }

  /** Whether limits were disturbed within this minute of the clock. */
  get wasDisturbedThisMinute(): boolean {
    const beganMs = Date.now() - (Date.now() % MINUTE_MS);
    return this.disturbed.some(({ toMs }) => toMs >= beganMs);
  }

  /** Does something to the cluster under load, and waits until all is well again, also for who was asking. @returns what it has to say of it */
  async cause(event: ClusterEvent): Promise<string> {
    await delay(200 + this.random() * 800);
    const before = this.changes.length;
    await this.carryOut(event);
    await this.settled();
    // No request is to meet two of them: a second try cures one.
    await this.clients?.passed();
    await this.look();
    const changed = this.changes.slice(before).map(({ what, seenMs }) => `${what} seen after ${seenMs} ms`);
    return changed.join(', ');
  }

  /** Ends the load, waits until the ledger has everything, and compares. @param changeWithinMs how late a change may be seen */
  async judge(changeWithinMs: number): Promise<ClusterVerdict> {
    const { clients } = this;
    if (!clients) throw new Error('nothing was set up');
    await clients.stop();
    await this.settled();
    await using database = await this.database.connect();
    const answered = [...clients.served, ...clients.bounded].map(({ id }) => id);
    const ids = await ledgerWith(database, answered, () => this.isWritten());
    const budget = await this.look();
    const verify = await GatewayProcess.fail(
      { ...this.environment, DATA_DIR: join(this.folders[0] ?? '', 'verify') },
      { command: ['dist/main.js', 'ledger', 'verify'] },
    );
    const { rows } = await database.query<{ lost: number }>(
      `SELECT count(*)::int AS lost FROM request_log WHERE status = 'lost'`,
    );
    const minutes = this.minutesOf(clients);
    const atOnce = this.mostAtOnce();
    const slowestChangeMs = Math.max(0, ...this.changes.map(({ seenMs }) => seenMs));
    const faults = [
      ...answered.filter((id) => !ids.has(id)).map((id) => `missing in the ledger: ${id}`),
      ...[...ids].filter(([, count]) => count > 1).map(([id]) => `twice in the ledger: ${id}`),
      ...(await wrongSums(database)).map((what) => `not the sum of its rows: ${what}`),
      ...(verify.code === 0 ? [] : [`ledger verify: ${verify.output}${verify.errors}`]),
      ...this.overspent,
      ...minutes.faults,
      ...atOnce.faults,
      ...clients.uncured.map((it) => `not cured by a second try: ${JSON.stringify(it)}`),
      ...this.changes.filter(({ seenMs }) => seenMs > changeWithinMs).map((it) => `seen late: ${JSON.stringify(it)}`),
    ];
    return {
      faults,
      served: clients.served.length,
      streamed: clients.served.filter(({ isStreamed }) => isStreamed).length,
      bounded: counted(clients.bounded.map(({ application, code }) => `${application}: ${code}`)),
      cured: Object.fromEntries(clients.cured),
      withoutDatabase: clients.withoutDatabase,
      uncured: clients.uncured,
      rows: ids.size,
      lostRequests: rows[0]?.lost ?? 0,
      kills: this.kills,
      changes: this.changes,
      slowestChangeMs,
      mostInMinute: minutes.most,
      mostAtOnce: atOnce.most,
      budget,
      verify: verify.output.trim().split('\n').at(-1) ?? '',
    };
  }

  private async carryOut(event: ClusterEvent): Promise<void> {
    const index = Math.min(Math.floor(this.random() * GATEWAYS), GATEWAYS - 1);
    switch (event) {
      case 'kill a gateway':
        await this.killGateway(index);
        break;
      case 'restart a gateway in order':
        // As a load balancer is told before its gateway is.
        this.front.point(index, undefined);
        this.gateways[index]?.kill('SIGTERM');
        await this.gateways[index]?.ended;
        await this.startGateway(index);
        break;
      case 'kill PostgreSQL':
        this.kills += 1;
        await this.withoutPostgres('SIGKILL');
        break;
      case 'restart PostgreSQL in order':
        await this.withoutPostgres('SIGINT');
        break;
      case 'kill Redis':
        this.kills += 1;
        await this.disturbing(async (redis) => {
          await redis.kill();
          await delay(1000 + this.random() * 2000);
          await redis.start();
        });
        break;
      case 'kill a gateway while Redis is away':
        this.kills += 1;
        await this.disturbing(async (redis) => {
          await redis.kill();
          await this.killGateway(index);
          await redis.start();
        });
        break;
      case 'pause Redis':
        await this.disturbing(async (redis) => {
          redis.pause();
          await delay(2000 * REDIS_TIMEOUT_SECONDS);
          redis.resume();
        });
        break;
      case 'empty Redis':
        await this.disturbing((redis) => redis.ask('FLUSHALL'));
        break;
      case 'block and unblock a key':
        await this.change('a blocked key', 'PATCH', 'keys/toggled', { blocked: true }, async (url) => {
          return (await this.models(url, 'toggled')) === undefined;
        });
        await this.change('an unblocked key', 'PATCH', 'keys/toggled', { blocked: false }, async (url) => {
          return (await this.models(url, 'toggled')) !== undefined;
        });
        break;
      case 'make and delete a model': {
        this.made += 1;
        const name = `extra-${this.made}`;
        const model = { name, deployments: [this.deployment('whisper-1')] };
        await this.change('a new model', 'POST', 'models', model, async (url) => {
          return (await this.models(url, 'free'))?.includes(name) === true;
        });
        await this.change('a deleted model', 'DELETE', `models/${name}`, undefined, async (url) => {
          return (await this.models(url, 'free'))?.includes(name) === false;
        });
        break;
      }
      case 'raise the budget and change limits':
        await this.look();
        this.room += ROOM;
        await this.admin('PATCH', 'keys/budgeted', { budgets: this.budgets });
        await this.admin('PATCH', 'teams/crew', { limits: { requests_per_minute: 100_000 + this.room } });
        // What was counted of a limit stays when it is set anew.
        await this.admin('PATCH', 'keys/limited', { limits: { requests_per_minute: REQUESTS_PER_MINUTE } });
    }
  }

  /** Makes a change at one gateway and waits until it is seen at all. */
  private async change(
    what: string,
    method: string,
    path: string,
    body: object | undefined,
    isSeen: (url: string) => Promise<boolean>,
  ): Promise<void> {
    await this.admin(method, path, body);
    const changedMs = performance.now();
    await Promise.all(
      this.gateways.map(({ url }) => waitUntil(`${what} is seen at ${url}`, () => isSeen(url), POLL_MS)),
    );
    this.changes.push({ what, seenMs: Math.round(performance.now() - changedMs) });
  }

  private async killGateway(index: number): Promise<void> {
    this.kills += 1;
    this.gateways[index]?.kill('SIGKILL');
    await this.gateways[index]?.ended;
    await this.startGateway(index);
  }

  private async withoutPostgres(signal: 'SIGKILL' | 'SIGINT'): Promise<void> {
    const isCounting = !this.redis;
    const fromMs = Date.now();
    this.isDatabaseAway = true;
    this.database.kill(signal);
    await (await this.database.connect()).end();
    await this.settled();
    this.isDatabaseAway = false;
    this.databaseBackMs = performance.now();
    if (isCounting) this.disturbed.push({ fromMs, toMs: Date.now() });
  }

  private async disturbing(act: (redis: RedisServer) => Promise<unknown>): Promise<void> {
    if (!this.redis) throw new Error('there is no Redis');
    const disturbed = { fromMs: Date.now(), toMs: Number.POSITIVE_INFINITY };
    this.disturbed.push(disturbed);
    await act(this.redis);
    await this.settled();
    disturbed.toMs = Date.now() + RECOUNT_MS;
  }

  private async startGateway(index: number): Promise<void> {
    const gateway = await GatewayProcess.start({ ...this.environment, DATA_DIR: this.folders[index] ?? '' });
    this.gateways[index] = gateway;
    this.launched.push(gateway);
    // It is to know the keys before its database is away the next time: "AUTH_GRACE_SECONDS bridges a database's outage, not both".
    for (const { name } of this.applications) await this.models(gateway.url, name);
    this.front.point(index, gateway.url);
  }

  /** Until every gateway says that all is well. */
  private async settled(): Promise<void> {
    await Promise.all(
      this.gateways.map(({ url }) =>
        waitUntil(`${url} is ready`, async () => {
          const answer = await fetch(`${url}/health/ready`, { headers: { connection: 'close' } });
          return readySchema.parse(await answer.json()).status === 'ok';
        }),
      ),
    );
    this.noteOwnAbsences();
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

  /** Notes what was spent of the budget where it is more than there is. */
  private async look(): Promise<{ spentUsd: number; limitUsd: number }> {
    await using database = await this.database.connect();
    const { rows } = await database.query<{ spent: number; limit: number }>(
      `SELECT (spent_nano_usd / 1e9)::float AS spent, (limit_nano_usd / 1e9)::float AS limit FROM budget_period
       JOIN budget ON budget.id = budget_id JOIN virtual_key key ON key.id = budget.key_id WHERE key.name = 'budgeted'`,
    );
    const { spent: spentUsd = 0, limit: limitUsd = 0 } = rows[0] ?? {};
    if (spentUsd > limitUsd) this.overspent.push(`overspent: ${spentUsd} of ${limitUsd}`);
    return { spentUsd, limitUsd };
  }

  private get budgets(): object[] {
    return [{ limit_usd: Number((this.room * BUDGETED_COST_USD).toFixed(6)), period: 'total' }];
  }

  private deployment(upstreamModel: string): object {
    return {
      provider: 'openai',
      upstream_model: upstreamModel,
      api_base: this.provider.url,
      api_key: SIMULATOR_KEY,
    };
  }

  private answerForProvider(): void {
    const behaviour = new OpenAiBehaviour(openAiProfile);
    let atOnce = 0;
    this.provider.hear((request) => ({
      run: async (response) => {
        // Twenty minutes of recordings are no matter for memory.
        if (this.provider.requests.length > KEPT_REQUESTS) this.provider.requests.splice(0, KEPT_REQUESTS);
        if (request.value('model') === NARROW_MODEL) {
          atOnce += 1;
          this.peaks.push({ atMs: Date.now(), count: atOnce });
          response.once('close', () => (atOnce -= 1));
        }
        // Long enough to be under way when something happens.
        await delay(20 + this.random() * 60);
        await behaviour.answer(request).run(response, request);
      },
    }));
  }

  private async setUp(): Promise<void> {
    for (const [name, upstreamModel] of [
      ['whisper', 'whisper-1'],
      ['gpt4o', 'gpt-4o-transcribe'],
      ['narrow', NARROW_MODEL],
      ['tts', 'tts-1'],
    ] as const) {
      await this.admin('POST', 'models', { name, deployments: [this.deployment(upstreamModel)] });
    }
    await this.admin('POST', 'teams', { name: 'crew', limits: { requests_per_minute: 100_000 } });
    await this.admin('POST', 'teams', { name: 'payers', budgets: [{ limit_usd: 1000, period: 'total' }] });
    const countsInDatabase = !this.redis;
    const usual = { questions: mixed, bounds: [], needsDatabase: false, clients: 1, pauseMs: 100, audioSeconds: 1 };
    const narrow: Question = { route: 'transcriptions', model: 'narrow', fields: {}, end: '}' };
    const limitsBound = { bounds: ['rate_limit_exceeded'], needsDatabase: countsInDatabase };
    const plans: readonly (Omit<Application, 'key'> & { settings: object })[] = [
      { name: 'toggled', ...usual, clients: 0, settings: {} },
      { name: 'free', ...usual, clients: 3, settings: {} },
      { name: 'crew', ...usual, needsDatabase: countsInDatabase, clients: 2, settings: { team: 'crew' } },
      { name: 'payer', ...usual, needsDatabase: true, clients: 2, settings: { team: 'payers' } },
      {
        name: 'budgeted',
        ...usual,
        questions: [json],
        bounds: ['budget_exceeded'],
        needsDatabase: true,
        clients: 2,
        pauseMs: 300,
        audioSeconds: BUDGETED_SECONDS,
        settings: { team: 'payers', budgets: this.budgets },
      },
      {
        name: 'limited',
        ...usual,
        ...limitsBound,
        questions: [json],
        clients: 2,
        pauseMs: 200,
        settings: { limits: { requests_per_minute: REQUESTS_PER_MINUTE } },
      },
      {
        name: 'narrow',
        ...usual,
        ...limitsBound,
        questions: [narrow],
        clients: 8,
        pauseMs: 400,
        settings: { limits: { concurrent_requests: AT_ONCE } },
      },
    ];
    const applications: Application[] = [];
    for (const { settings, ...plan } of plans) {
      const { key } = issued.parse(await this.admin('POST', 'keys', { name: plan.name, ...settings }));
      applications.push({ ...plan, key });
    }
    this.applications = applications;
    for (const { url } of this.gateways) {
      await waitUntil(`${url} has all models`, async () => (await this.models(url, 'free'))?.length === 4);
      for (const { name } of applications) await this.models(url, name);
    }
    await this.settled();
    this.clients = new ClusterClients(
      this.front.url,
      applications,
      (sinceMs) => this.isDatabaseAway || this.databaseBackMs >= sinceMs,
    );
  }

  /** The models that a gateway tells an application; undefined where it does not let it in. */
  private async models(url: string, application: string): Promise<string[] | undefined> {
    const key = this.applications.find(({ name }) => name === application)?.key;
    const answer = await fetch(`${url}/v1/models`, {
      headers: { authorization: `Bearer ${key}`, connection: 'close' },
    });
    const body: unknown = await answer.json();
    return answer.status === 200 ? modelNames.parse(body).data.map(({ id }) => id) : undefined;
  }

  /** Whether no gateway has anything that waits for the database. */
  private async isWritten(): Promise<boolean> {
    const answers = await Promise.all(
      this.gateways.map(({ url }) =>
        fetch(`${url}/admin/v1/logs?limit=1`, {
          headers: { authorization: `Bearer ${MASTER_KEY}`, connection: 'close' },
        }).catch(() => undefined),
      ),
    );
    return answers.every((answer) => answer?.status === 200);
  }

  private async admin(method: string, path: string, body?: object): Promise<unknown> {
    const gateway = this.gateways[Math.floor(this.random() * GATEWAYS)] ?? this.gateways[0];
    const answer = await fetch(`${gateway?.url}/admin/v1/${path}`, {
      method,
      headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json', connection: 'close' },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  /** Requests count in the minute in which they were let in, which lies between their beginning and their end. */
  private minutesOf({ served }: ClusterClients) {
    const minutes = new Map<number, number>();
    for (const { application, sentMs, endedMs } of served) {
      const minute = Math.floor(sentMs / MINUTE_MS);
      if (application !== 'limited' || Math.floor(endedMs / MINUTE_MS) !== minute) continue;
      minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
    }
    const most = { undisturbed: 0, disturbed: 0, limit: REQUESTS_PER_MINUTE };
    const faults: string[] = [];
    for (const [minute, count] of minutes) {
      const [fromMs, toMs] = [minute * MINUTE_MS, (minute + 1) * MINUTE_MS];
      const times = this.disturbed.filter((it) => it.fromMs < toMs && it.toMs >= fromMs).length;
      const kind = times === 0 ? 'undisturbed' : 'disturbed';
      most[kind] = Math.max(most[kind], count);
      // "Where Redis goes away after that, up to twice the limit may come": each time.
      if (count > REQUESTS_PER_MINUTE * (1 + times)) {
        faults.push(`${count} of ${REQUESTS_PER_MINUTE} in a minute, disturbed ${times} times`);
      }
    }
    return { most, faults };
  }

  private mostAtOnce() {
    const most = { undisturbed: 0, disturbed: 0, limit: AT_ONCE };
    for (const { atMs, count } of this.peaks) {
      const isDisturbed = this.disturbed.some(({ fromMs, toMs }) => fromMs <= atMs && atMs <= toMs);
      const kind = isDisturbed ? 'disturbed' : 'undisturbed';
      most[kind] = Math.max(most[kind], count);
    }
    const faults = [
      ...(most.undisturbed > AT_ONCE ? [`${most.undisturbed} of ${AT_ONCE} at once`] : []),
      ...(most.disturbed > 2 * AT_ONCE ? [`${most.disturbed} of ${AT_ONCE} at once, disturbed`] : []),
    ];
    return { most, faults };
  }
}

/** @throws Error that names it when it has not come after two minutes */
async function waitUntil(what: string, isSo: () => Promise<boolean>, everyMs = 100): Promise<void> {
  const beganMs = performance.now();
  while (!(await isSo().catch(() => false))) {
    if (performance.now() - beganMs > PATIENCE_MS) throw new Error(`waited in vain until ${what}`);
    await delay(everyMs);
  }
}

function counted(words: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return Object.fromEntries(counts);
}
