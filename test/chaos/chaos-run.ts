import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { GatewayProcess } from '../e2e/process/gateway-process.js';
import { DatabaseProxy } from '../support/database-proxy.js';
import { OpenAiBehaviour, OpenAiSimulator, SIMULATOR_KEY } from '../support/openai-simulator.js';
import { until } from '../support/upload-server.js';
import { seededRandom } from '../support/seeded-random.js';
import { openAiProfile } from '../support/simulator-profiles.js';
import { ChaosClients } from './chaos-clients.js';
import { ChaosDatabase } from './chaos-database.js';
import { ledgerWith, wrongSums } from './ledger-checks.js';

const CLIENTS = 16;
const MASTER_KEY = 'sk-chaos-0123456789';

/** What is done to a running system. */
export const disturbances = [
  'kill the gateway',
  'kill PostgreSQL',
  'stop the gateway for a second',
  'freeze the connection to PostgreSQL',
  'take PostgreSQL away',
  'kill the gateway while PostgreSQL is away',
  'end the gateway in order',
] as const;
export type Disturbance = (typeof disturbances)[number];

/** What was found when everything was back. */
export interface Verdict {
  /** Answers that clients have read to the end. */
  readonly acknowledged: number;
  readonly streamed: number;
  readonly cutOff: number;
  readonly refused: Readonly<Record<string, number>>;
  /** Of the acknowledged: those of which there is no row. */
  readonly missing: readonly string[];
  /** Rows that are there twice. */
  readonly doubled: number;
  /** Keys, models and hours whose sums are not those of their rows. */
  readonly wrongSums: readonly string[];
  readonly rows: number;
  /** Rows of requests that nobody has seen the end of. */
  readonly lost: number;
  /** Requests that the provider has received: each has a row. */
  readonly upstreamRequests: number;
  readonly upstreamRows: number;
  readonly kills: number;
}

/** A gateway in a process of its own, its database and its provider, under load, and what is done to them. */
export class ChaosRun implements AsyncDisposable {
  private kills = 0;
  private gateway: GatewayProcess | undefined;
  private clients: ChaosClients | undefined;

  private constructor(
    private readonly database: ChaosDatabase,
    private readonly proxy: DatabaseProxy,
    private readonly provider: OpenAiSimulator,
    private readonly dataDir: string,
    private readonly random: () => number,
    private readonly environment: Record<string, string>,
  ) {}

  static async start(seed: number, environment: Record<string, string> = {}): Promise<ChaosRun> {
    const database = await ChaosDatabase.start();
    const random = seededRandom(seed);
    const provider = await OpenAiSimulator.start();
    const behaviour = new OpenAiBehaviour(openAiProfile);
    provider.hear((request) => ({
      run: async (response) => {
        // Long enough to be under way when something happens.
        await delay(20 + random() * 60);
        await behaviour.answer(request).run(response, request);
      },
    }));
    const dataDir = await mkdtemp(join(tmpdir(), 'auricle-chaos-gateway-'));
    const proxy = await DatabaseProxy.start(database.url);
    const run = new ChaosRun(database, proxy, provider, dataDir, random, environment);
    await run.startGateway();
    await run.setUp();
    return run;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.clients?.stop();
    this.gateway?.kill('SIGKILL');
    await this.gateway?.ended;
    await this.proxy.close();
    await this.provider.close();
    await this.database.close();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  /** How often something was killed. */
  get killed(): number {
    return this.kills;
  }

  /** Does something to the system under load. @param awayMs how long PostgreSQL stays away, where that is what is done */
  async disturb(disturbance: Disturbance, awayMs: number): Promise<void> {
    await delay(300 + this.random() * 1500);
    switch (disturbance) {
      case 'kill the gateway':
        await this.restartGateway('SIGKILL');
        break;
      case 'end the gateway in order':
        await this.restartGateway('SIGTERM');
        break;
      case 'kill PostgreSQL':
        this.kills += 1;
        this.database.kill('SIGKILL');
        break;
      case 'stop the gateway for a second':
        this.gateway?.kill('SIGSTOP');
        await delay(1000);
        this.gateway?.kill('SIGCONT');
        break;
      case 'freeze the connection to PostgreSQL':
        this.proxy.freeze();
        await delay(awayMs);
        this.proxy.thaw();
        break;
      case 'take PostgreSQL away':
        this.proxy.goAway();
        await delay(awayMs);
        this.proxy.comeBack();
        break;
      case 'kill the gateway while PostgreSQL is away': {
        this.proxy.goAway();
        await delay(awayMs);
        const { gateway } = this;
        this.gateway = undefined;
        this.kills += 1;
        gateway?.kill('SIGKILL');
        await gateway?.ended;
        this.proxy.comeBack();
        await this.startGateway();
      }
    }
  }

  /** Goes on until clients have got so many answers, of which so many are streams: how fast they come is the machine's business. */
  async answers(all: number, streamed: number): Promise<void> {
    const got = (): readonly { readonly isStreamed: boolean }[] => this.clients?.acknowledged ?? [];
    await until(() => got().length > all && got().filter(({ isStreamed }) => isStreamed).length > streamed);
  }

  /** Ends the load, waits until the ledger has everything, and compares. */
  async judge(): Promise<Verdict> {
    const { clients } = this;
    if (!clients) throw new Error('nothing was set up');
    await clients.stop();
    await using database = await this.database.connect();
    const { acknowledged } = clients;
    // A gateway that was killed at the end has left what it answered to the next one.
    const ids = await ledgerWith(
      database,
      acknowledged.map(({ id }) => id),
      () => this.isWritten(),
    );
    const counts = await database.query<{ lost: number; upstream: number }>(`
      SELECT count(*) FILTER (WHERE status = 'lost')::int AS lost,
        count(*) FILTER (WHERE deployment_id IS NOT NULL)::int AS upstream
      FROM request_log`);
    return {
      acknowledged: acknowledged.length,
      streamed: acknowledged.filter(({ isStreamed }) => isStreamed).length,
      cutOff: clients.cutOff,
      refused: Object.fromEntries(clients.refused),
      missing: acknowledged.filter(({ id }) => !ids.has(id)).map(({ id }) => id),
      doubled: [...ids.values()].filter((count) => count > 1).length,
      wrongSums: await wrongSums(database),
      rows: ids.size,
      lost: counts.rows[0]?.lost ?? 0,
      upstreamRequests: this.provider.requests.length,
      upstreamRows: counts.rows[0]?.upstream ?? 0,
      kills: this.kills,
    };
  }

  private async setUp(): Promise<void> {
    const keys: { id: string; key: string }[] = [];
    for (const name of ['a', 'b', 'c']) {
      keys.push(z.object({ id: z.string(), key: z.string() }).parse(await this.admin('keys', { name })));
    }
    for (const [name, upstream_model] of [
      ['whisper', 'whisper-1'],
      ['gpt4o', 'gpt-4o-transcribe'],
    ]) {
      await this.admin('models', {
        name,
        deployments: [{ provider: 'openai', upstream_model, api_base: this.provider.url, api_key: SIMULATOR_KEY }],
      });
    }
    this.clients = new ChaosClients(CLIENTS, () => this.gateway?.url, keys);
  }

  private async startGateway(): Promise<void> {
    this.gateway = await GatewayProcess.start({
      DATABASE_URL: this.proxy.url,
      DATABASE_TIMEOUT_SECONDS: '2',
      DATA_DIR: this.dataDir,
      MASTER_KEY,
      MAX_RETRIES: '0',
      COOLDOWN_SECONDS: '0',
      LOG_LEVEL: 'warn',
      ...this.environment,
    });
  }

  private async restartGateway(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const { gateway } = this;
    if (signal === 'SIGKILL') {
      this.kills += 1;
      this.gateway = undefined;
    }
    gateway?.kill(signal);
    await gateway?.ended;
    await this.startGateway();
  }

  /** Whether the gateway has nothing that waits for the database. */
  private async isWritten(): Promise<boolean> {
    const answer = await fetch(`${this.gateway?.url}/admin/v1/logs?limit=1`, {
      headers: { authorization: `Bearer ${MASTER_KEY}` },
    }).catch(() => undefined);
    return answer?.status === 200;
  }

  private async admin(path: string, body: unknown): Promise<unknown> {
    const answer = await fetch(`${this.gateway?.url}/admin/v1/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return await answer.json();
  }
}
