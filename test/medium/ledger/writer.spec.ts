import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { SqlConnection } from '../../../src/database/sql-connection.js';
import { encodeLog } from '../../../src/ledger/entry/ledger-record.js';
import { TranscriptPolicy } from '../../../src/ledger/entry/transcript-policy.js';
import { Journal } from '../../../src/ledger/journal/journal.js';
import { LedgerListeners } from '../../../src/ledger/writer/ledger-listeners.js';
import { LedgerRepository } from '../../../src/ledger/writer/ledger.repository.js';
import { LedgerWriter } from '../../../src/ledger/writer/ledger.writer.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { logEntry } from '../../support/log-entries.js';

/** Counts what it is asked. */
class CountingConnection extends SqlConnection {
  batches = 0;

  override query: SqlConnection['query'] = async (sql, values) => {
    if (sql.includes('INSERT INTO request_log')) this.batches += 1;
    return await super.query(sql, values);
  };
}

let database: TestDatabase;
let client: Client;
let folder: string;
let connection: CountingConnection;
let repository: LedgerRepository;
beforeEach(async () => {
  database = await createTestDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
  folder = await mkdtemp(join(tmpdir(), 'auricle-writer-'));
  connection = new CountingConnection(database.url, { connectMs: 60_000, statementMs: 60_000 });
  repository = new LedgerRepository(connection);
});
afterEach(async () => {
  connection.close();
  await client.end();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

function newWriter(listeners = new LedgerListeners(), ledger_mode: 'journal' | 'direct' = 'journal'): LedgerWriter {
  const journal = new Journal({ folder, fsync: 'never', maxBytes: Infinity });
  return new LedgerWriter(journal, repository, new TranscriptPolicy({ store_transcripts: true }), listeners, {
    ledger_mode,
    database_timeout_seconds: 2,
  });
}

/** Until all is written. */
async function run(writer: LedgerWriter): Promise<void> {
  writer.onApplicationBootstrap();
  await writer.beforeApplicationShutdown();
}

async function write(models: readonly string[]): Promise<LedgerWriter> {
  const writer = newWriter();
  for (const model of models) await writer.append(logEntry({ model, costNanoUsd: 5n, transcript: `of ${model}` }));
  await run(writer);
  return writer;
}

const stored = async () =>
  (
    await client.query<{ model: string | null; cost: string }>(
      'SELECT model, cost_nano_usd AS cost FROM request_log ORDER BY id',
    )
  ).rows;

it('writes two hundred logs with one statement, and leaves nothing in the journal', async () => {
  await write(Array.from({ length: 200 }, (_, index) => `m${index}`));
  expect(await stored()).toHaveLength(200);
  expect(connection.batches).toBe(1);
  expect(await readdir(folder)).toEqual([]);
});

it.each([
  ['one', [77], 18],
  ['three', [3, 99, 180], 44],
])(
  'finds %s that the database refuses among two hundred by halves, and writes all others whole',
  async (_, bad, most) => {
    await client.query(`ALTER TABLE request_log ADD CONSTRAINT test CHECK (model <> 'bad')`);
    const writer = await write(Array.from({ length: 200 }, (_unused, index) => (bad.includes(index) ? 'bad' : 'good')));
    const rows = await stored();
    expect(rows.map(({ model }) => model)).toEqual(
      Array.from({ length: 200 }, (_unused, index) => (bad.includes(index) ? null : 'good')),
    );
    expect(rows.every(({ cost }) => cost === '5')).toBe(true);
    expect(connection.batches).toBeLessThanOrEqual(most);
    expect(writer.state).toMatchObject({ writtenRecords: 200, reducedRecords: bad.length, waitingRecords: 0 });
  },
);

it('tells of what an earlier process has lost once, and not of what it has written already', async () => {
  const lost = (model: string) => encodeLog(logEntry({ model, status: 'lost', httpStatus: 0, audioSeconds: 2 }));
  const [known, news] = [lost('known'), lost('news')];
  const earlier = new Journal({ folder, fsync: 'never', maxBytes: Infinity });
  for (const log of [known, news]) await earlier.open(log);
  await earlier.close(encodeLog(logEntry({ model: 'told by the earlier one' })));
  await earlier.shut();
  // It was the answer that the earlier one has not lived to see.
  await repository.append([known]);
  const heard: unknown[] = [];
  const listeners = new LedgerListeners();
  listeners.add({ onLost: (log) => heard.push(log), onLog: (log) => heard.push(log) });
  await run(newWriter(listeners));
  expect(await stored()).toHaveLength(3);
  expect(heard).toEqual([
    {
      task: 'transcribe',
      model: 'news',
      modelKnown: true,
      provider: 'openai',
      stream: false,
      status: 'lost',
      httpStatus: 0,
      audioSeconds: 2,
      keyId: null,
      keyName: 'master',
      teamId: null,
      teamName: null,
    },
  ]);
});
