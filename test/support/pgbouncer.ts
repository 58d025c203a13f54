import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { findFreePort } from '../../src/database/loopback-port.js';
import { until } from './upload-server.js';

/** The program: PGBOUNCER, else what the path has. */
const PROGRAM = process.env['PGBOUNCER'] ?? 'pgbouncer';

/** Whether PgBouncer can be run here. */
export const hasPgBouncer = spawnSync(PROGRAM, ['--version']).status === 0;

/** PgBouncer in transaction mode before a database: every transaction may get another of its connections, two unless told otherwise. */
export class PgBouncer {
  private constructor(
    /** The database's connection string, by way of PgBouncer. */
    readonly url: string,
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {}

  /** @param options lines of its configuration */
  static async start(databaseUrl: string, options: readonly string[] = ['default_pool_size = 2']): Promise<PgBouncer> {
    const { hostname, port, pathname, username, password } = new URL(databaseUrl);
    const folder = await mkdtemp(join(tmpdir(), 'auricle-pgbouncer-'));
    await chmod(folder, 0o755);
    const listenPort = await findFreePort(undefined);
    await writeFile(join(folder, 'users.txt'), `"${username}" "${decodeURIComponent(password)}"\n`);
    const config = [
      '[databases]',
      `* = host=${hostname} port=${port}`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${listenPort}`,
      'unix_socket_dir =',
      'auth_type = scram-sha-256',
      `auth_file = ${join(folder, 'users.txt')}`,
      'pool_mode = transaction',
      ...options,
      ...(process.getuid?.() === 0 ? ['user = nobody'] : []),
    ];
    await writeFile(join(folder, 'pgbouncer.ini'), `${config.join('\n')}\n`);
    const child = spawn(PROGRAM, [join(folder, 'pgbouncer.ini')], { stdio: 'ignore' });
    const through = new URL(databaseUrl);
    through.port = String(listenPort);
    through.pathname = pathname;
    await until(() => answers(through.href));
    return new PgBouncer(through.href, child, folder);
  }

  async close(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
    await rm(this.folder, { recursive: true });
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
