import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';

/** The repository. */
const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const BUILT = join(ROOT, 'dist/main.js');
const GENERATED = join(ROOT, 'src/database/generated/');
/** Arbitrary. */
const BUILD_LOCK = 620_117;

/** How a process ended. */
export interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** How a gateway is started. */
export interface ProcessOptions {
  /** The user and group to run as; absent = our own. */
  readonly uid?: number;
  /** The script for node and its arguments, from the repository's folder. */
  readonly command?: readonly string[];
  /** The working folder, in which `.env` is looked for; absent = the repository's. */
  readonly cwd?: string;
  /** Whether it leads a process group of its own, as what is started in a terminal does. */
  readonly leadsGroup?: boolean;
}

/**
 * Compiles what is missing from `dist`, or older than its source. Types are not this suite's concern. Suites that run at the
 * same time wait for each other, so that none starts what another is just writing.
 */
export async function buildGateway(): Promise<void> {
  if (isBuilt()) return;
  await using _turn = await takeTurn();
  if (isBuilt()) return;
  const { stdout, stderr } = spawnSync(process.execPath, ['scripts/bundle-gateway.mjs'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (!isBuilt()) throw new Error(`the gateway could not be built:\n${stdout}${stderr}`);
}

function isBuilt(): boolean {
  // It is put in its place last.
  return existsSync(BUILT) && newestSourceMs() <= statSync(BUILT).mtimeMs;
}

/** The Prisma client, which is generated before every run of the tests, is as old as what it is generated from. */
function newestSourceMs(): number {
  const sources = readdirSync(join(ROOT, 'src'), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /(?<!\.spec)\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.startsWith(GENERATED));
  return Math.max(...[...sources, join(ROOT, 'prisma/schema.prisma')].map((path) => statSync(path).mtimeMs));
}

/** One suite builds at a time: the database that all of them share knows whose turn it is, and when its suite has ended. */
async function takeTurn(): Promise<AsyncDisposable> {
  const client = new Client({ connectionString: process.env['TEST_DATABASE_URL'] });
  await client.connect();
  await client.query('SELECT pg_advisory_lock($1)', [BUILD_LOCK]);
  return { [Symbol.asyncDispose]: async () => await client.end() };
}

/** The built gateway in a process of its own, with nothing of our environment but the path. */
export class GatewayProcess implements AsyncDisposable {
  private static readonly running = new Set<GatewayProcess>();
  /** Everything written to standard output. */
  output = '';
  /** Everything written to standard error. */
  errors = '';
  readonly ended: Promise<End>;
  private end: End | undefined;
  private readonly child: ChildProcess;

  private constructor(
    environment: Record<string, string>,
    { uid, command = ['dist/main.js'], cwd = ROOT, leadsGroup = false }: ProcessOptions,
  ) {
    const [script = '', ...words] = command;
    this.child = spawn(process.execPath, [resolve(ROOT, script), ...words], {
      cwd,
      // A busy machine is no database that is away.
      env: {
        PATH: process.env['PATH'],
        PORT: '0',
        HOST: '127.0.0.1',
        DATABASE_TIMEOUT_SECONDS: '60',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      uid,
      gid: uid,
      detached: leadsGroup,
    });
    this.child.stdout?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.child.stderr?.on('data', (chunk: Buffer) => (this.errors += chunk.toString()));
    GatewayProcess.running.add(this);
    this.ended = once(this.child, 'close').then(([code, signal]) => {
      GatewayProcess.running.delete(this);
      this.end = { code, signal };
      return this.end;
    });
  }

  /** Starts a gateway and waits until it says that it is ready. @throws Error with its output when it ends before */
  static async start(environment: Record<string, string>, options: ProcessOptions = {}): Promise<GatewayProcess> {
    const gateway = new GatewayProcess(environment, options);
    await gateway.says('Auricle is ready.');
    // The banner is one write, but may arrive in pieces.
    await gateway.says('speech.wav');
    return gateway;
  }

  /** Starts a gateway and waits for nothing. */
  static launch(environment: Record<string, string>, options: ProcessOptions = {}): GatewayProcess {
    return new GatewayProcess(environment, options);
  }

  /** Starts a gateway that is expected to end by itself. */
  static async fail(environment: Record<string, string>, options: ProcessOptions = {}): Promise<GatewayProcess & End> {
    const gateway = new GatewayProcess(environment, options);
    return Object.assign(gateway, await gateway.ended);
  }

  /** Ends what a failed test has left running. */
  static async killAll(): Promise<void> {
    const left = [...GatewayProcess.running];
    for (const gateway of left) gateway.kill('SIGKILL');
    await Promise.all(left.map((gateway) => gateway.ended));
  }

  /** Ends it, where a test has not. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.kill('SIGKILL');
    await this.ended;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** `http://localhost:<port>`, from the banner. */
  get url(): string {
    return this.banner(/API base\s+(\S+)\/v1\n/);
  }

  /** From the file that the banner names: it is no terminal that it is written to. */
  get masterKey(): string {
    return readFileSync(this.banner(/Master key\s+kept in (.+)\n/), 'utf8').trim();
  }

  /** What the first group of a pattern finds in the output. */
  banner(pattern: RegExp): string {
    const found = pattern.exec(this.output)?.[1];
    if (found === undefined) throw new Error(`${pattern} is not in:\n${this.output}`);
    return found;
  }

  /** Waits until a text was written to standard output; the test's timeout ends a vain wait. */
  async says(text: string): Promise<void> {
    while (!this.output.includes(text)) {
      if (this.end)
        throw new Error(`the gateway ended with ${JSON.stringify(this.end)}:\n${this.output}\n${this.errors}`);
      await Promise.race([this.ended, this.child.stdout && once(this.child.stdout, 'data')]);
    }
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Closes the pipes that it writes to. */
  stopReading(): void {
    this.child.stdout?.destroy();
    this.child.stderr?.destroy();
  }

  /** Sends a signal to the whole process group, as a terminal does. */
  killGroup(signal: NodeJS.Signals): void {
    if (this.child.pid !== undefined) process.kill(-this.child.pid, signal);
  }

  /** Asks the admin API; `key` is the master key unless told otherwise. */
  async fetch(path: string, init: RequestInit = {}, key = this.masterKey): Promise<Response> {
    const headers = { authorization: `Bearer ${key}`, connection: 'close' };
    return await fetch(this.url + path, { ...init, headers });
  }
}
