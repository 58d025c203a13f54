// A gateway as far as its database goes, in a process that a test may kill: starts the embedded PostgreSQL of the
// folder that it is given, reports, stops it on demand and lives on until the test lets go.
import { startEmbeddedPostgres } from '../../../src/database/embedded-postgres.js';

const [dataDir = ''] = process.argv.slice(2);
const log = { info: () => undefined, warn: () => undefined };
process.once('disconnect', () => process.exit());
try {
  const server = await startEmbeddedPostgres({ dataDir, log, settings: { fsync: 'off' } });
  process.on('message', () => {
    void server.stop().then(() => process.send?.({ stopped: true }));
  });
  process.send?.({ url: server.url });
} catch (error) {
  process.send?.({ error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) });
}
