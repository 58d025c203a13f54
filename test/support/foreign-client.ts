import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What CI installs of clients in other languages, out of the way of whoever reads sources. */
const INSTALLED = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'auricle');

/** The folder of the clients' programs. */
export const CLIENTS = fileURLToPath(new URL('../clients', import.meta.url));

/** A Python in which the clients of one `requirements-*.txt` are installed. */
export function pythonOf(set: 'newest' | 'old' | 'frameworks' | 'frameworks-old'): string {
  return join(INSTALLED, 'python-clients', set, 'bin/python');
}

/** The compiled clients in Go. */
export const goClients = { newest: join(INSTALLED, 'go-client/ask'), old: join(INSTALLED, 'go-client/old') };

/** `describe`, unless one of these is not installed. */
export function describeWith(...needed: readonly string[]): typeof describe {
  return needed.every((path) => existsSync(path)) ? describe : describe.skip;
}

/**
 * What a client program prints as its last line of JSON.
 * @throws Error with what it wrote, when it fails
 */
export async function askForeignClient(
  program: string,
  words: readonly string[],
  environment: {
    readonly URL: string;
    readonly KEY: string;
    readonly MASTER_KEY?: string;
    readonly AUDIO: string;
    readonly HOME: string;
  },
): Promise<unknown> {
  const { stdout } = await run(program, words, { env: { PATH: process.env['PATH'], ...environment } });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}
