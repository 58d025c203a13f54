import { setTimeout as delay } from 'node:timers/promises';
import { hasRedis } from '../support/redis-server.js';
import { until } from '../support/upload-server.js';
import { seededRandom } from '../support/seeded-random.js';
import { Cluster, REDIS_TIMEOUT_SECONDS } from './cluster.js';
import { ClusterClients, type Uncured } from './cluster-clients.js';
import { budgetOf, judgeCluster, type ClusterFindings } from './cluster-judge.js';
import { budgetsOf, REQUESTS_PER_MINUTE, ROOM, setUpLoad } from './cluster-load.js';
import { budgetFaults } from './cluster-verdict.js';

const GATEWAYS = 3;
const MINUTE_MS = 60_000;

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

/** What was found at the end. */
export interface ClusterVerdict extends ClusterFindings {
  /** Requests whose second try was answered, by what the first came to. */
  readonly cured: Readonly<Record<string, number>>;
  /** Requests of keys with budgets that PostgreSQL was away for, twice. */
  readonly withoutDatabase: number;
  readonly uncured: readonly Uncured[];
  readonly kills: number;
}

/** How a run is made. */
export interface ClusterOptions {
  readonly seed: number;
  /** Whether everything but what is heard of goes through PgBouncer in transaction mode. */
  readonly withPgBouncer?: boolean;
}

/** Three gateways under load, to which things happen. */
export class ClusterRun implements AsyncDisposable {
  private readonly overspent: string[] = [];
  private clients: ClusterClients | undefined;
  private kills = 0;
  private room = ROOM;
  private made = 0;
  private isDatabaseAway = false;
  private databaseBackMs = 0;

  private constructor(readonly cluster: Cluster) {}

  static async start({ seed, withPgBouncer = false }: ClusterOptions): Promise<ClusterRun> {
    const cluster = await Cluster.start({ random: seededRandom(seed), hasRedis, hasPgBouncer: withPgBouncer });
    const run = new ClusterRun(cluster);
    try {
      await Promise.all(Array.from({ length: GATEWAYS }, (_, number) => cluster.startGateway(number)));
      const applications = await setUpLoad(cluster);
      const wasAwaySince = (sinceMs: number) => run.isDatabaseAway || run.databaseBackMs >= sinceMs;
      run.clients = new ClusterClients(cluster.front.url, applications, wasAwaySince);
    } catch (error) {
      await run[Symbol.asyncDispose]();
      throw error;
    }
    return run;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.clients?.stop();
    await this.cluster[Symbol.asyncDispose]();
  }

  /** Whether there is a Redis. */
  get hasRedis(): boolean {
    return this.cluster.redis !== undefined;
  }

  /** Whether limits were disturbed within this minute of the clock. */
  get wasDisturbedThisMinute(): boolean {
    const beganMs = Date.now() - (Date.now() % MINUTE_MS);
    return this.cluster.disturbed.some(({ toMs }) => toMs >= beganMs);
  }

  /** Does something to the cluster under load, and waits until all is well again, also for who was asking. @returns what it has to say of it */
  async cause(event: ClusterEvent): Promise<string> {
    await delay(200 + this.cluster.random() * 800);
    const before = this.cluster.changes.length;
    await this.carryOut(event);
    await this.cluster.settled();
    // No request is to meet two of them: a second try cures one.
    await this.clients?.passed();
    await this.look();
    const changed = this.cluster.changes.slice(before);
    return changed
      .map(({ what, seenMs }) => (seenMs === undefined ? `${what} never seen` : `${what} seen after ${seenMs} ms`))
      .join(', ');
  }

  /** Goes on until applications were served so often, so often of it with streams: how fast that is is the machine's business. */
  async answers(all: number, streamed: number): Promise<void> {
    const served = (): readonly { readonly isStreamed: boolean }[] => this.clients?.served ?? [];
    await until(() => served().length > all && served().filter(({ isStreamed }) => isStreamed).length > streamed);
  }

  /** Ends the load, waits until the ledger has everything, and compares. @param changeWithinMs how late a change may be seen */
  async judge(changeWithinMs: number): Promise<ClusterVerdict> {
    const { clients, cluster } = this;
    if (!clients) throw new Error('nothing was set up');
    await clients.stop();
    await cluster.settled();
    const findings = await judgeCluster(cluster, clients, changeWithinMs);
    return {
      ...findings,
      faults: [
        ...findings.faults,
        ...this.overspent,
        ...clients.uncured.map((it) => `not cured by a second try: ${JSON.stringify(it)}`),
      ],
      cured: Object.fromEntries(clients.cured),
      withoutDatabase: clients.withoutDatabase,
      uncured: clients.uncured,
      kills: this.kills,
    };
  }

  private async carryOut(event: ClusterEvent): Promise<void> {
    const { cluster } = this;
    const number = Math.min(Math.floor(cluster.random() * GATEWAYS), GATEWAYS - 1);
    switch (event) {
      case 'kill a gateway':
        await this.killGateway(number);
        break;
      case 'restart a gateway in order':
        await cluster.stopGateway(number);
        await cluster.startGateway(number);
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
        await cluster.disturbing(async (redis) => {
          await redis.kill();
          await delay(1000 + cluster.random() * 2000);
          await redis.start();
        });
        break;
      case 'kill a gateway while Redis is away':
        this.kills += 1;
        await cluster.disturbing(async (redis) => {
          await redis.kill();
          await this.killGateway(number);
          await redis.start();
        });
        break;
      case 'pause Redis':
        await cluster.disturbing(async (redis) => {
          redis.pause();
          await delay(2000 * REDIS_TIMEOUT_SECONDS);
          redis.resume();
        });
        break;
      case 'empty Redis':
        await cluster.disturbing((redis) => redis.ask('FLUSHALL'));
        break;
      case 'block and unblock a key':
        await blockAndUnblock(cluster);
        break;
      case 'make and delete a model': {
        this.made += 1;
        const name = `extra-${this.made}`;
        const model = { name, deployments: [cluster.deployment('whisper-1')] };
        // Another may not know of it yet, or ever.
        const at = cluster.urls[number];
        const isThere = async (url: string) => (await cluster.models(url, 'free'))?.includes(name);
        await cluster.change(
          'a new model',
          ['POST', 'models', model],
          async (url) => (await isThere(url)) === true,
          at,
        );
        const remove = ['DELETE', `models/${name}`] as const;
        await cluster.change('a deleted model', remove, async (url) => (await isThere(url)) === false, at);
        break;
      }
      case 'raise the budget and change limits':
        await this.look();
        this.room += ROOM;
        await cluster.admin('PATCH', 'keys/budgeted', { budgets: budgetsOf(this.room) });
        await cluster.admin('PATCH', 'teams/crew', { limits: { requests_per_minute: 100_000 + this.room } });
        // What was counted of a limit stays when it is set anew.
        await cluster.admin('PATCH', 'keys/limited', { limits: { requests_per_minute: REQUESTS_PER_MINUTE } });
    }
  }

  private async killGateway(number: number): Promise<void> {
    this.kills += 1;
    await this.cluster.killGateway(number);
    await this.cluster.startGateway(number);
  }

  private async withoutPostgres(signal: 'SIGKILL' | 'SIGINT'): Promise<void> {
    const { database, redis, disturbed } = this.cluster;
    const fromMs = Date.now();
    this.isDatabaseAway = true;
    database.kill(signal);
    await (await database.connect()).end();
    await this.cluster.settled();
    this.isDatabaseAway = false;
    this.databaseBackMs = performance.now();
    if (!redis) disturbed.push({ fromMs, toMs: Date.now() });
  }

  /** Notes what was spent of the budget where it is more than there is. */
  private async look(): Promise<void> {
    this.overspent.push(...budgetFaults(await budgetOf(this.cluster)));
  }
}

/** Two changes that every gateway is to see. @param at where they are made; absent = at any */
export async function blockAndUnblock(cluster: Cluster, at?: string): Promise<void> {
  for (const blocked of [true, false]) {
    await cluster.change(
      blocked ? 'a blocked key' : 'an unblocked key',
      ['PATCH', 'keys/toggled', { blocked }],
      async (url) => ((await cluster.models(url, 'toggled')) === undefined) === blocked,
      at,
    );
  }
}
