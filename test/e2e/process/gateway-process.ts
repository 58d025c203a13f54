import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository. */
const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const BUILD_INFO = join(ROOT, 'dist/.tsbuildinfo');

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
}

/** Compiles what is missing from `dist`, or older than its source. Types are not this suite's concern. */
export function buildGateway(): void {
  if (existsSync(join(ROOT, 'dist/main.js')) && newest(join(ROOT, 'src')) <= statSync(BUILD_INFO).mtimeMs) return;
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
  const { stdout } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--noEmitOnError', 'false'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (!existsSync(join(ROOT, 'dist/main.js'))) throw new Error(`the gateway could not be built:\n${stdout}`);
}

function newest(folder: string): number {
  const times = readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs);
  return Math.max(...times);
}

/** The built gateway in a process of its own, with nothing of our environment but the path. */
export class GatewayProcess {
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
    { uid, command = ['dist/main.js'], cwd = ROOT }: ProcessOptions,
  ) {
    const [script = '', ...words] = command;
    this.child = spawn(process.execPath, [resolve(ROOT, script), ...words], {
      cwd,
      env: { PATH: process.env['PATH'], PORT: '0', HOST: '127.0.0.1', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      uid,
      gid: uid,
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

  /** `http://localhost:<port>`, from the banner. */
  get url(): string {
    return this.banner(/API base\s+(\S+)\/v1\n/);
  }

  /** From the banner. */
  get masterKey(): string {
    return this.banner(/Master key\s+(\S+)/);
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

  /** Asks the admin API; `key` is the master key unless told otherwise. */
  async fetch(path: string, init: RequestInit = {}, key = this.masterKey): Promise<Response> {
    const headers = { authorization: `Bearer ${key}`, connection: 'close' };
    return await fetch(this.url + path, { ...init, headers });
  }
}
