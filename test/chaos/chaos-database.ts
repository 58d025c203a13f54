import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { z } from 'zod';

const report = z.object({ url: z.string(), dataDir: z.string() });

/** The PostgreSQL of a chaos run, which comes up again on the same port when it is killed. */
export class ChaosDatabase {
  private constructor(
    readonly url: string,
    private readonly folder: string,
    private readonly child: ChildProcess,
  ) {}

  static async start(): Promise<ChaosDatabase> {
    const hooks = fileURLToPath(new URL('../support/typescript-hooks.mjs', import.meta.url));
    const script = fileURLToPath(new URL('chaos-database.main.ts', import.meta.url));
    const child = fork(script, { execArgv: ['--import', hooks] });
    const { url, dataDir } = report.parse((await once(child, 'message'))[0]);
    return new ChaosDatabase(url, dataDir, child);
  }

  /** @param signal SIGKILL, or SIGINT for a shutdown that cuts connections and writes all down */
  kill(signal: 'SIGKILL' | 'SIGINT'): void {
    const file = join(this.folder, 'postgres/cluster/data/postmaster.pid');
    process.kill(Number(readFileSync(file, 'utf8').split('\n')[0]), signal);
  }

  /** Once it answers again. */
  async connect(): Promise<Client & AsyncDisposable> {
    for (let tries = 0; ; tries += 1) {
      const client = new Client({ connectionString: this.url });
      client.on('error', () => undefined);
      try {
        await client.connect();
        return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() });
      } catch (error) {
        if (tries > 200) throw error;
        await delay(250);
      }
    }
  }

  async close(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.disconnect();
    await ended;
  }
}
