// A gateway on an embedded PostgreSQL of its own whose ledger is full: shared by what measures how it is read, and by what takes
// pictures of it.
import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import '../test/support/typescript-hooks.mjs';
import { fillLedger } from './bench-ledger/fill.mjs';
import { ROLLUPS_OF_ROWS } from './bench-ledger/rollup-of-rows.mjs';

const { startEmbeddedPostgres } = await import('../src/database/embedded-postgres.ts');
const { migrate } = await import('../src/database/migrator.ts');
const { SqlConnection } = await import('../src/database/sql-connection.ts');
const { ClosedDaysRepository } = await import('../src/ledger/rollups/closed-days.repository.ts');

const root = fileURLToPath(new URL('..', import.meta.url));

/** The key of the gateways that are started here. */
export const MASTER_KEY = 'sk-of-a-filled-ledger';

/**
 * Fills a ledger, unless the folder has one already, and lets a gateway on it be used.
 * @param {{ rows: number, folder?: string, heapMb?: number, settings?: Record<string, string>, days?: number, keys?: number,
 * teams?: number, more?: (connect: () => Promise<Client>) => Promise<void>, isBuilt?: boolean, say?: (line: string) => void }} options
 * a folder that is named is kept; `more` fills what is no ledger; `isBuilt` takes the gateway of `dist`, else it runs from its sources
 * @param {(gateway: { origin: string, pid: number, databaseUrl: string, get: (path: string) => Promise<Response> }) => Promise<void>} use
 */
export async function withFilledGateway({ rows, folder, heapMb = 256, settings = {}, isBuilt = false, ...fill }, use) {
  const dataDir = folder ?? (await mkdtemp(join(tmpdir(), 'auricle-filled-')));
  await mkdir(dataDir, { recursive: true });
  // PostgreSQL runs as another user when this is run by root.
  await chmod(dataDir, 0o755);
  const log = { info: () => undefined, warn: console.warn };
  const server = await startEmbeddedPostgres({ dataDir, log, settings });
  try {
    await migrate({ url: server.url, log });
    await fillIfEmpty(server.url, rows, fill);
    await closeDays(server.url);
    await withGateway(server.url, { heapMb, isBuilt }, use);
  } finally {
    await server.stop();
    if (!folder) await rm(dataDir, { recursive: true, force: true });
  }
}

async function fillIfEmpty(connectionString, count, { more, say = console.log, ...shape }) {
  const connect = async () => {
    const client = new Client({ connectionString });
    await client.connect();
    return client;
  };
  const client = await connect();
  const { rows } = await client.query('SELECT FROM request_log LIMIT 1');
  await client.end();
  if (rows.length > 0) return;
  await fillLedger(connect, count, { rollups: ROLLUPS_OF_ROWS, say, ...shape });
  await more?.(connect);
}

/** What the gateway does by and by: nobody measures it. */
async function closeDays(databaseUrl) {
  const connection = new SqlConnection(databaseUrl, { connectMs: 10_000, statementMs: 60_000 });
  const days = new ClosedDaysRepository(connection);
  for (const day of await days.openDays(new Date(Date.now() - 3_600_000))) await days.close(day);
  connection.close();
}

/** A gateway in a process of its own, whose memory can be told. */
async function withGateway(databaseUrl, { heapMb, isBuilt }, use) {
  const folder = await mkdtemp(join(tmpdir(), 'auricle-filled-gateway-'));
  const heap = `--max-old-space-size=${heapMb}`;
  const main = isBuilt ? ['dist/main.js'] : ['--import', './test/support/typescript-hooks.mjs', 'src/main.ts'];
  const gateway = spawn(process.execPath, [heap, ...main], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: '0',
      DATA_DIR: folder,
      DATABASE_URL: databaseUrl,
      DATABASE_TIMEOUT_SECONDS: '60',
      MASTER_KEY,
      LOG_FORMAT: 'json',
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    let output = '';
    const origin = await new Promise((resolve, reject) => {
      gateway.once('exit', (code) => reject(new Error(`the gateway ended with ${code}: ${output}`)));
      gateway.stdout.on('data', (chunk) => {
        output += chunk;
        const found = /API base\s+(\S+)\/v1/.exec(output)?.[1];
        if (found) resolve(found);
      });
    });
    const get = async (path) => {
      const answer = await fetch(`${origin}/admin/v1/${path}`, { headers: { authorization: `Bearer ${MASTER_KEY}` } });
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
      return answer;
    };
    await use({ origin, get, pid: gateway.pid, databaseUrl });
  } finally {
    gateway.removeAllListeners('exit');
    gateway.kill('SIGTERM');
    await new Promise((resolve) => gateway.once('exit', resolve));
    await rm(folder, { recursive: true, force: true });
  }
}
