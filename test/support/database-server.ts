// The one PostgreSQL of a test run, in a process of its own: whatever happens to jest, the channel to it closes, and
// this process stops the server and removes its folder.
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '../../src/database/embedded-postgres.js';
import { migrate } from '../../src/database/migrator.js';
import { onDatabase, TEMPLATE_DATABASE } from './database.js';

const closed = new Promise<void>((resolve) => {
  process.once('disconnect', resolve);
});
// Ctrl-C reaches the whole process group; jest decides when the tests are over.
process.on('SIGINT', () => undefined);

const log = { info: () => undefined, warn: console.warn };
const dataDir = await mkdtemp(join(tmpdir(), 'auricle-test-'));
try {
  // PostgreSQL runs as another user when the tests are run by root.
  await chmod(dataDir, 0o755);
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' };
  const server = await startEmbeddedPostgres({ dataDir, log, settings });
  try {
    const client = new Client({ connectionString: server.url });
    await client.connect();
    await client.query(`CREATE DATABASE ${TEMPLATE_DATABASE}`);
    await client.end();
    await migrate({ url: onDatabase(server.url, TEMPLATE_DATABASE), log });
    process.send?.(server.url);
    if (process.connected) await closed;
  } finally {
    await server.stop();
  }
} finally {
  await rm(dataDir, { recursive: true, force: true });
}
