import { readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { type Descriptor, descriptorsOf, residentMibOf } from '../../bench/usage.mjs';
import { GatewayProcess } from '../e2e/process/gateway-process.js';
import { readPrometheusText, valueOf } from '../support/prometheus-text.js';
import type { SinkUpstream } from '../support/sink-upstream.js';

const MASTER_KEY = 'sk-soak-0123456789';
/** Ends a vain wait. */
const SETTLING_LIMIT_MS = 120_000;
const POLL_MS = 100;

/** What a gateway's process takes at a moment. */
export interface Usage {
  readonly residentMib: number;
  /** What it has open, but for connections to the database, of which a pool keeps as many as it likes. */
  readonly descriptors: number;
  /** Names of the files below `DATA_DIR/uploads`. */
  readonly uploadFiles: readonly string[];
  readonly upstreamSockets: number;
  /** Requests that are under way at the upstream. */
  readonly upstreamRequests: number;
}

/** What is compared of a log. */
export interface LoggedRequest {
  readonly id: string;
  /** The tag that its client has given it. */
  readonly tag: string | null;
  readonly deploymentId: string | null;
  readonly status: string | null;
}

const logSchema = z.object({
  id: z.string(),
  end_user: z.string().nullable(),
  deployment_id: z.string().nullable(),
  status: z.string().nullable(),
});
const keySchema = z.object({ key: z.string() });

/** A gateway in a process of its own, in front of a sink, whose memory, descriptors and files are watched. Needs Linux. */
export class LoadedGateway implements AsyncDisposable {
  private constructor(
    private readonly process: GatewayProcess,
    private readonly sink: SinkUpstream,
    private readonly dataDir: string,
    private readonly databasePort: number,
    /** A virtual key. */
    readonly key: string,
  ) {}

  /** @param databaseUrl a database of its own; absent = the embedded one */
  static async start(
    sink: SinkUpstream,
    { databaseUrl, environment = {} }: { databaseUrl?: string; environment?: Readonly<Record<string, string>> } = {},
  ): Promise<LoadedGateway> {
    const dataDir = await mkdtemp(join(tmpdir(), 'auricle-soak-'));
    // PostgreSQL runs as another user when this is run by root.
    await chmod(dataDir, 0o755);
    try {
      const process = await GatewayProcess.start({
        DATA_DIR: dataDir,
        MASTER_KEY,
        LOG_LEVEL: 'warn',
        // One request is one attempt.
        MAX_RETRIES: '0',
        COOLDOWN_SECONDS: '0',
        FFMPEG_PATH: '',
        ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
        ...environment,
      });
      const { key } = keySchema.parse(await post(process.url, 'keys', { name: 'soak' }));
      for (const [name, upstream_model] of Object.entries(models)) {
        await post(process.url, 'models', {
          name,
          deployments: [{ provider: 'openai', upstream_model, api_base: sink.url, api_key: 'sk-sink' }],
        });
      }
      const databasePort = databaseUrl === undefined ? embeddedPort(dataDir) : Number(new URL(databaseUrl).port);
      return new LoadedGateway(process, sink, dataDir, databasePort, key);
    } catch (error) {
      await GatewayProcess.killAll();
      await rm(dataDir, { recursive: true, force: true });
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.process.kill('SIGTERM');
    await this.process.ended;
    await rm(this.dataDir, { recursive: true, force: true });
  }

  get url(): string {
    return this.process.url;
  }

  get pid(): number {
    const { pid } = this.process;
    if (pid === undefined) throw new Error('the gateway has not been started');
    return pid;
  }

  /** What it takes now. */
  usage(): Usage {
    const open = this.open();
    return {
      residentMib: residentMibOf(this.pid),
      descriptors: open.length,
      uploadFiles: this.uploadFiles(),
      upstreamSockets: open.filter(({ remotePort }) => remotePort === this.sink.port).length,
      upstreamRequests: this.sink.running,
    };
  }

  /** What it has open, for whoever wants to know why it is too much. */
  openTargets(): readonly string[] {
    return this.open().map(({ target, remotePort }) => (remotePort === undefined ? target : `socket to ${remotePort}`));
  }

  /**
   * Waits until nothing is under way, no file is left and nothing is open that was not at the beginning; for two minutes at
   * most. Resolves to what it takes then.
   * @param idleDescriptors how many were open at the beginning; absent = it is the beginning
   */
  async settled(idleDescriptors = Number.POSITIVE_INFINITY): Promise<Usage> {
    for (let waitedMs = 0; ; waitedMs += POLL_MS) {
      this.sink.closeIdle();
      const usage = this.usage();
      const isQuiet = usage.uploadFiles.length === 0 && usage.upstreamRequests === 0 && usage.upstreamSockets === 0;
      const isSettled = isQuiet && usage.descriptors <= idleDescriptors && (await this.inFlight()) === 0;
      if (isSettled || waitedMs >= SETTLING_LIMIT_MS) return usage;
      await delay(POLL_MS);
    }
  }

  /** A metric of its own or of Node's; undefined = there is none. */
  async metric(name: string): Promise<number | undefined> {
    return (await this.metrics(name))[0];
  }

  /** Several metrics, read at once. */
  async metrics(...names: readonly string[]): Promise<readonly (number | undefined)[]> {
    const answer = await fetch(`${this.url}/metrics`, { headers: adminHeaders });
    if (answer.status !== 200) throw new Error(`/metrics: ${answer.status}`);
    const metrics = readPrometheusText(await answer.text());
    return names.map((name) => valueOf(metrics, name));
  }

  /** Every log of its ledger. */
  async logs(): Promise<readonly LoggedRequest[]> {
    const fields = 'end_user,deployment_id,status';
    const answer = await fetch(`${this.url}/admin/v1/logs/export?fields=${fields}`, { headers: adminHeaders });
    if (answer.status !== 200) throw new Error(`logs/export: ${answer.status}`);
    const lines = (await answer.text()).split('\n').filter((line) => line !== '');
    return lines.map((line) => {
      const { id, end_user: tag, deployment_id: deploymentId, status } = logSchema.parse(JSON.parse(line));
      return { id, tag, deploymentId, status };
    });
  }

  private async inFlight(): Promise<number> {
    return (await this.metric('auricle_requests_in_flight')) ?? 0;
  }

  private open(): Descriptor[] {
    return descriptorsOf(this.pid).filter(({ remotePort }) => remotePort !== this.databasePort);
  }

  private uploadFiles(): readonly string[] {
    try {
      return readdirSync(join(this.dataDir, 'uploads'), { recursive: true, encoding: 'utf8' });
    } catch {
      // It is made when it is needed.
      return [];
    }
  }
}

/** What the models of the gateway are called, and what serves them: the second one streams. */
const models = { whisper: 'whisper-1', gpt4o: 'gpt-4o-transcribe' };

const adminHeaders = { authorization: `Bearer ${MASTER_KEY}`, connection: 'close' };

async function post(url: string, path: string, body: object): Promise<unknown> {
  const answer = await fetch(`${url}/admin/v1/${path}`, {
    method: 'POST',
    headers: { ...adminHeaders, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return await answer.json();
}

/** https://www.postgresql.org/docs/18/storage-file-layout.html: the fourth line is the port. */
function embeddedPort(dataDir: string): number {
  return Number(readFileSync(join(dataDir, 'postgres/cluster/data/postmaster.pid'), 'utf8').split('\n')[3]);
}
