// What the end of a request waits for in each LEDGER_MODE, on an embedded PostgreSQL of its own, in rounds that take turns:
// npm run bench:ledger-mode -- [requests in a round, 1000 when none are given]
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import '../test/support/typescript-hooks.mjs';

const { startEmbeddedPostgres } = await import('../src/database/embedded-postgres.ts');
const { migrate } = await import('../src/database/migrator.ts');
const { SqlConnection } = await import('../src/database/sql-connection.ts');
const { TranscriptPolicy } = await import('../src/ledger/entry/transcript-policy.ts');
const { Journal } = await import('../src/ledger/journal/journal.ts');
const { LedgerListeners } = await import('../src/ledger/writer/ledger-listeners.ts');
const { LedgerRepository } = await import('../src/ledger/writer/ledger.repository.ts');
const { LedgerWriter } = await import('../src/ledger/writer/ledger.writer.ts');
const { logEntry } = await import('../test/support/log-entries.ts');

const count = Number(process.argv[2] ?? 1000);
const ROUNDS = 5;

const folder = await mkdtemp(join(tmpdir(), 'auricle-bench-ledger-mode-'));
// PostgreSQL runs as another user when this is run by root.
await chmod(folder, 0o755);
const log = { info: () => undefined, warn: console.warn };
const server = await startEmbeddedPostgres({ dataDir: folder, log });
await migrate({ url: server.url, log });
const connections = [];
const writers = Object.fromEntries(
  ['journal', 'direct'].map((mode) => {
    const connection = new SqlConnection(server.url, { connectMs: 10_000, statementMs: 10_000 });
    connections.push(connection);
    const journal = new Journal({ folder: join(folder, mode), fsync: 'never', maxBytes: Infinity });
    const policy = new TranscriptPolicy({ store_transcripts: true });
    const settings = { ledger_mode: mode, database_timeout_seconds: 10 };
    const writer = new LedgerWriter(journal, new LedgerRepository(connection), policy, new LedgerListeners(), settings);
    writer.onApplicationBootstrap();
    return [mode, writer];
  }),
);

/** The milliseconds that the end of each request waited, and how long all of them took until they were in the database. */
async function round(writer, atOnce) {
  const waited = [];
  const one = async () => {
    const entry = logEntry({ transcript: 'The beach was a popular spot on a hot summer day. '.repeat(8) });
    const startedAt = performance.now();
    await writer.append(entry);
    waited.push(performance.now() - startedAt);
  };
  for (let done = 0; done < count; done += atOnce) await Promise.all(Array.from({ length: atOnce }, one));
  await writer.catchUp(60_000);
  return waited;
}

const results = new Map();
for (let turn = 0; turn < ROUNDS; turn += 1) {
  for (const atOnce of [1, 32, 200]) {
    for (const [mode, writer] of Object.entries(writers)) {
      const key = `${mode}, ${atOnce} at once`;
      const known = results.get(key) ?? { waited: [], tookMs: 0 };
      const startedAt = performance.now();
      known.waited.push(...(await round(writer, atOnce)));
      known.tookMs += performance.now() - startedAt;
      results.set(key, known);
    }
  }
}
const [cpu] = cpus();
console.log(`Node ${process.version}, ${cpus().length} x ${cpu?.model}, load ${loadavg()[0]?.toFixed(1)}`);
console.log(`${new Date().toISOString()}, ${count} requests x ${ROUNDS} rounds, milliseconds:`);
for (const [name, { waited, tookMs }] of results) {
  const sorted = waited.toSorted((left, right) => left - right);
  const at = (share) => sorted[Math.floor(share * (sorted.length - 1))].toFixed(3);
  const rate = Math.round((1000 * sorted.length) / tookMs);
  console.log(`${name.padEnd(22)} p50 ${at(0.5)}  p99 ${at(0.99)}  ${rate} logs a second`);
}
for (const writer of Object.values(writers)) await writer.beforeApplicationShutdown();
for (const connection of connections) connection.close();
await server.stop();
await rm(folder, { recursive: true });
