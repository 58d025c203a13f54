import { spawn } from 'node:child_process';
import type { PostgresAccount } from './os-account.js';

/** How a program ended. */
export interface ToolResult {
  /** The exit code; undefined when the program could not be started or was killed. */
  readonly code: number | undefined;
  /** What it printed, or why it could not be started. */
  readonly output: string;
}

/**
 * Runs one of PostgreSQL's programs to its end. Never throws.
 * @param options.account whom to run it as; undefined = as the gateway
 * @param options.cwd a folder that the account can enter; the gateway's own may be closed to it
 * @param options.quiet collect no output. For `pg_ctl start`, whose server would inherit the pipe on Windows and keep
 *   it open for ever.
 */
export function runTool(
  file: string,
  args: readonly string[],
  options: { account: PostgresAccount | undefined; cwd: string; quiet?: boolean },
): Promise<ToolResult> {
  return new Promise((resolve) => {
    const output: Buffer[] = [];
    const sink = options.quiet ? 'ignore' : 'pipe';
    const child = spawn(file, args, {
      cwd: options.cwd,
      stdio: ['ignore', sink, sink],
      windowsHide: true,
      // The gateway's environment holds its secrets and may hold PGPORT and friends: PostgreSQL gets neither.
      // LC_ALL makes messages English, and macOS refuses to start a server without it.
      ...(process.platform === 'win32' ? {} : { env: { LC_ALL: 'C', TZ: 'UTC' } }),
      ...(options.account ? { uid: options.account.uid, gid: options.account.gid } : {}),
    });
    child.stdout?.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => output.push(chunk));
    child.on('error', (error) => resolve({ code: undefined, output: error.message }));
    child.on('close', (code, signal) =>
      resolve({
        code: code ?? undefined,
        output: Buffer.concat(output).toString().trim() || (signal ? `ended by ${signal}` : ''),
      }),
    );
  });
}
