import { spawn, type ChildProcess } from 'node:child_process';
import type { PostgresAccount } from './os-account.js';

/** How a program ended. */
export interface ToolResult {
  /** The exit code; undefined when the program could not be started or was killed. */
  readonly code: number | undefined;
  /**
   * Its complaints, else what it printed, else why it could not be started or how it ended; never empty when the code is
   * not 0.
   */
  readonly output: string;
}

/** How a program is run. */
export interface ToolOptions {
  /** Whom to run it as; undefined = as the gateway. */
  readonly account: PostgresAccount | undefined;
  /** A folder that the account can enter; the gateway's own may be closed to it. */
  readonly cwd: string;
  /** Ends the program with all that it has started. */
  readonly signal?: AbortSignal;
}

/** How long the output of a program that has ended is waited for. */
const OUTPUT_PATIENCE_MS = 1_000;

const isWindows = process.platform === 'win32';

/** Runs one of PostgreSQL's programs to its end. Never throws. */
export function runTool(file: string, args: readonly string[], options: ToolOptions): Promise<ToolResult> {
  return new Promise((resolve) => {
    const printed: Buffer[] = [];
    const complaints: Buffer[] = [];
    const child = spawn(file, args, {
      cwd: options.cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      // A process group of its own: a terminal's Ctrl-C is meant for the gateway, which decides what becomes of its
      // children, and can end them with theirs. On Windows it would be a console window of its own.
      detached: !isWindows,
      // The gateway's environment holds its secrets and may hold PGPORT and friends: PostgreSQL gets neither.
      // LC_ALL makes messages English, and macOS refuses to start a server without it.
      ...(isWindows ? {} : { env: { LC_ALL: 'C', TZ: 'UTC' } }),
      ...(options.account ? { uid: options.account.uid, gid: options.account.gid } : {}),
    });
    child.stdout.on('data', (chunk: Buffer) => printed.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk));
    const terminate = (): void => terminateGroup(child);
    options.signal?.addEventListener('abort', terminate);
    if (options.signal?.aborted) terminate();
    const end = (result: ToolResult): void => {
      options.signal?.removeEventListener('abort', terminate);
      resolve(result);
    };
    child.on('error', (error) => end({ code: undefined, output: error.message }));
    // On Windows a server inherits the pipes of the `pg_ctl` that has started it and keeps them open for ever.
    child.on('exit', () => {
      setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, OUTPUT_PATIENCE_MS).unref();
    });
    child.on('close', (code, signal) => {
      const words = textOf(complaints) || textOf(printed);
      end({ code: code ?? undefined, output: words || (signal ? `ended by ${signal}` : `ended with code ${code}`) });
    });
  });
}

function textOf(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString().trim();
}

function terminateGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(isWindows ? pid : -pid, 'SIGTERM');
  } catch {
    // It has ended by itself.
  }
}
