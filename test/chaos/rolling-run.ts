import { setTimeout as delay } from 'node:timers/promises';
import { hasRedis } from '../support/redis-server.js';
import { seededRandom } from '../support/seeded-random.js';
import { Cluster } from './cluster.js';
import { ClusterClients } from './cluster-clients.js';
import { judgeCluster, type ClusterFindings } from './cluster-judge.js';
import { budgetsOf, ROOM, setUpLoad } from './cluster-load.js';
import { blockAndUnblock } from './cluster-run.js';

const GATEWAYS = 3;
/** As the chart's preStopSleepSeconds, in short: a gateway that no load balancer sends anything any more goes on for so long. */
const PRE_STOP_MS = 1000;
/** Longer than that, so that gateways are stopped that have requests. */
const LONG_MS = 4000;

/** What was found at the end. */
export interface RollingVerdict extends ClusterFindings {
  /** Connections that the front gave to each version. */
  readonly connections: Readonly<Record<'before' | 'now', number>>;
  /** Connections that could not be made at a gateway and were at the next: nothing had been sent. */
  readonly triedAtNext: number;
  readonly stops: readonly { readonly version: string; readonly stopMs: number }[];
}

/** How a run is made. */
export interface RollingOptions {
  readonly seed: number;
  readonly withPgBouncer: boolean;
  /** The folder in which the version before is built. */
  readonly before: string;
  /** Whether the version before knows of Redis. */
  readonly knowsRedis: boolean;
}

/** Three gateways under load that are replaced by another version, one by one: a new one is ready before an old one is stopped. */
export class RollingRun implements AsyncDisposable {
  /** Of each number, whether this version runs there. */
  private readonly isNow = new Map<number, boolean>();
  private readonly running: number[] = [];
  private readonly faults: string[] = [];
  private readonly stops: { version: string; stopMs: number }[] = [];
  private clients: ClusterClients | undefined;
  private room = ROOM;

  private constructor(
    private readonly cluster: Cluster,
    private readonly before: string,
  ) {}

  static async start({ seed, withPgBouncer, before, knowsRedis }: RollingOptions): Promise<RollingRun> {
    const cluster = await Cluster.start({
      random: seededRandom(seed),
      hasRedis: hasRedis && knowsRedis,
      hasPgBouncer: withPgBouncer,
      longMs: LONG_MS,
    });
    const run = new RollingRun(cluster, before);
    try {
      for (let count = 0; count < GATEWAYS; count += 1) await run.launch(false);
      const applications = await setUpLoad(cluster);
      run.clients = new ClusterClients(cluster.front.url, applications, () => false);
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

  /** Gives the budget more room, and waits until so many more requests were answered with 200. */
  async serve(requests: number): Promise<void> {
    const { clients, cluster } = this;
    if (!clients) throw new Error('nothing was set up');
    this.room += ROOM;
    await cluster.admin('PATCH', 'keys/budgeted', { budgets: budgetsOf(this.room) });
    const wanted = clients.served.length + requests;
    while (clients.served.length < wanted) await delay(50);
  }

  /** Starts a gateway of one version, and when it is ready stops the oldest of the other. */
  async replace(by: 'before' | 'now'): Promise<void> {
    const old = this.running.find((number) => this.isNow.get(number) !== (by === 'now'));
    if (old === undefined) throw new Error(`all gateways are of the version ${by}`);
    await this.launch(by === 'now');
    const version = this.isNow.get(old) === true ? 'now' : 'before';
    const beganMs = performance.now();
    const end = await this.cluster.stopGateway(old, PRE_STOP_MS);
    this.running.splice(this.running.indexOf(old), 1);
    this.stops.push({ version, stopMs: Math.round(performance.now() - beganMs - PRE_STOP_MS) });
    if (end?.code !== 0) this.faults.push(`a gateway of the version ${version} ended with ${JSON.stringify(end)}`);
    await this.cluster.settled();
  }

  /** Makes changes at a gateway of the oldest version and at one of the newest, which all are to see. */
  async change(): Promise<void> {
    for (const url of new Set([this.cluster.urls[0], this.cluster.urls.at(-1)])) {
      await blockAndUnblock(this.cluster, url);
    }
  }

  /** Ends the load, waits until the ledger has everything, and compares. @param changeWithinMs how late a change may be seen */
  async judge(changeWithinMs: number): Promise<RollingVerdict> {
    const { clients, cluster } = this;
    if (!clients) throw new Error('nothing was set up');
    await clients.stop();
    await cluster.settled();
    const findings = await judgeCluster(cluster, clients, changeWithinMs);
    const failed = [
      ...[...clients.cured].map(([what, count]) => `failed at the first try: ${what}, ${count} times`),
      ...clients.uncured.map((it) => `failed at both tries: ${JSON.stringify(it)}`),
    ];
    const lost = findings.lostRequests > 0 ? [`lost requests: ${findings.lostRequests}`] : [];
    const connections = { before: 0, now: 0 };
    for (const [number, count] of cluster.front.given) {
      connections[this.isNow.get(number) === true ? 'now' : 'before'] += count;
    }
    return {
      ...findings,
      faults: [...findings.faults, ...failed, ...lost, ...this.faults],
      connections,
      triedAtNext: cluster.front.triedAtNext,
      stops: this.stops,
    };
  }

  private async launch(isNow: boolean): Promise<void> {
    const number = this.isNow.size;
    this.isNow.set(number, isNow);
    await this.cluster.startGateway(number, isNow ? undefined : this.before);
    this.running.push(number);
  }
}
