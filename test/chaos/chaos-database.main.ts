// A PostgreSQL of a chaos run, durable as one is shipped, that comes up again when it is killed. It ends with the channel to it.
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../src/database/embedded-postgres.js';

const closed = new Promise<void>((resolve) => {
  process.once('disconnect', resolve);
});
process.on('SIGINT', () => undefined);

const log = { info: () => undefined, warn: () => undefined };
const dataDir = await mkdtemp(join(tmpdir(), 'auricle-chaos-'));
try {
  // PostgreSQL runs as another user when this is run by root.
  await chmod(dataDir, 0o755);
  const server = await startEmbeddedPostgres({ dataDir, log });
  try {
    process.send?.({ url: server.url, dataDir });
    if (process.connected) await closed;
  } finally {
    await server.stop();
  }
} finally {
  await rm(dataDir, { recursive: true, force: true });
}
