import { chmodSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { v7 } from 'uuid';
import { makeWav } from '../../support/audio.js';
import { lockFolder } from '../../../src/config/folder-lock.js';
import { encodeLog } from '../../../src/ledger/entry/ledger-record.js';
import { Journal } from '../../../src/ledger/journal/journal.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { LedgerRows } from '../../support/ledger-rows.js';
import { logEntry } from '../../support/log-entries.js';
import { processesIn } from '../../support/processes.js';
import { until } from '../../support/upload-server.js';
import { buildGateway, GatewayProcess } from './gateway-process.js';

let folder: string;
beforeAll(() => buildGateway());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auricle-verify-'));
  chmodSync(folder, 0o755);
});
afterEach(async () => {
  await GatewayProcess.killAll();
  await rm(folder, { recursive: true, force: true });
});

const verify = (environment: Record<string, string>, ...words: string[]) =>
  GatewayProcess.fail(environment, { command: ['dist/main.js', 'ledger', 'verify', ...words] });

it('compares, repairs and compares again, beside a gateway and without one', async () => {
  const environment = { DATA_DIR: join(folder, 'data') };
  const gateway = await GatewayProcess.start(environment);
  const form = new FormData();
  form.append('model', 'sandbox');
  form.append('file', new File([Uint8Array.from(makeWav({ durationSeconds: 1, toneHz: 440 }))], 'speech.wav'));
  const answer = await gateway.fetch('/v1/audio/transcriptions', { method: 'POST', body: form });
  expect(answer.status).toBe(200);
  await answer.text();
  // It reads what was written by then.
  expect((await gateway.fetch('/admin/v1/logs')).status).toBe(200);

  const right = await verify(environment);
  expect({ code: right.code, errors: right.errors }).toEqual({ code: 0, errors: '' });
  expect(right.output).toMatch(
    /compared: the sums of 1 days and the spend of 0 keys, 0 teams and 0 periods of budgets, .*\nthe ledger adds up\n$/,
  );

  const cluster = join(folder, 'data/postgres/cluster');
  const client = new Client({
    host: '127.0.0.1',
    port: Number(await readFile(join(cluster, 'port'), 'utf8')),
    user: 'auricle',
    password: (await readFile(join(cluster, 'password'), 'utf8')).trim(),
    database: 'auricle',
  });
  await client.connect();
  await client.query(`UPDATE usage_rollup SET requests = 7 WHERE grain = 'hour'`);
  await client.end();
  const wrong = await verify(environment);
  expect(wrong.code).toBe(1);
  expect(wrong.output).toMatch(/^hour .* requests 7 -> 1; columns requests\n/);
  expect(wrong.output).toContain('\n1 differences, none of them repaired\n');

  gateway.kill('SIGTERM');
  await gateway.ended;
  expect(processesIn(folder)).toEqual([]);
  // Its database is not running any more.
  const json = await verify(environment, '--repair', '--json');
  expect({ code: json.code, errors: json.errors }).toEqual({ code: 0, errors: '' });
  const lines = json.output
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  expect(lines).toMatchObject([
    { kind: 'rollup', repaired: true, difference: { grain: 'hour', kept_requests: '7', counted_requests: '1' } },
    { kind: 'verdict', differences: 1, repaired: 1 },
  ]);
  expect(processesIn(folder)).toEqual([]);
  expect((await verify(environment)).output).toContain('the ledger adds up');
  expect(processesIn(folder)).toEqual([]);
});

describe('beside a PostgreSQL of its own', () => {
  let database: TestDatabase;
  let client: Client;
  let environment: Record<string, string>;
  let rows: LedgerRows;
  beforeEach(async () => {
    database = await createTestDatabase();
    client = new Client({ connectionString: database.url });
    await client.connect();
    rows = new LedgerRows(database.url);
    environment = { DATABASE_URL: database.url, DATA_DIR: folder };
  });
  afterEach(async () => {
    rows.close();
    await client.end();
    await database.drop();
  });

  /** Leaves a journal as a process that was killed does. */
  async function leaveJournal(): Promise<Record<'written' | 'waiting' | 'open' | 'refused', string>> {
    const [written, waiting, open, refused] = [logEntry(), logEntry(), logEntry({ status: 'lost' }), logEntry()];
    const journal = new Journal({ folder: join(folder, 'journal'), fsync: 'never', maxBytes: Infinity });
    for (const log of [written, waiting]) await journal.close(encodeLog(log));
    await journal.open(encodeLog(open));
    journal.refuse(encodeLog(refused));
    await journal.shut();
    await rows.append([written]);
    return { written: written.id, waiting: waiting.id, open: open.id, refused: refused.id };
  }

  const stored = async () =>
    (await client.query<{ id: string }>('SELECT id FROM request_log ORDER BY id')).rows.map(({ id }) => id);

  it('writes what waits in the journal where no gateway has its folder, once, and a gateway after it', async () => {
    const { written, waiting, open } = await leaveJournal();
    const asked = await verify(environment);
    expect([asked.code, asked.output.split('\n').slice(0, 2)]).toEqual([
      0,
      [
        `journal  ${waiting}  not yet written`,
        'journal: 2 rows, 1 of them not in the database, 0 of these written now',
      ],
    ]);
    expect(await stored()).toEqual([written]);

    const mended = await verify(environment, '--repair');
    expect([mended.code, mended.output.split('\n').slice(0, 2)]).toEqual([
      0,
      [`journal  ${waiting}  written now`, 'journal: 2 rows, 1 of them not in the database, 1 of these written now'],
    ]);
    expect(await stored()).toEqual([written, waiting].toSorted());
    const again = await verify(environment, '--repair');
    expect(again.output).toContain('journal: 2 rows, 0 of them not in the database, 0 of these written now');

    // The folder is free again; what was open is told by the gateway, and nothing is there twice.
    await GatewayProcess.start(environment);
    await until(async () => (await stored()).length > 2);
    expect(await stored()).toEqual([written, waiting, open].toSorted());
    expect((await verify(environment)).output).toContain('the ledger adds up');
  });

  it('leaves it to the gateway that has the folder', async () => {
    const { written, waiting } = await leaveJournal();
    await using lock = await lockFolder(folder);
    const mended = await verify(environment, '--repair');
    expect([mended.code, mended.output.split('\n').slice(0, 2)]).toEqual([
      0,
      [
        `journal  ${waiting}  not yet written`,
        'journal: 2 rows, 1 of them not in the database, 0 of these written now',
      ],
    ]);
    expect(await stored()).toEqual([written]);
    expect(lock).toBeDefined();
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('ends at once by %s, and leaves whole what it has done', async (signal) => {
    const days = [Date.UTC(2026, 10, 20, 12), Date.UTC(2026, 10, 21, 12)];
    await rows.append(days.map((msecs) => logEntry({ id: v7({ msecs }) })));
    await client.query('UPDATE usage_rollup SET requests = 7');
    const requests = async () =>
      (
        await client.query<{ day: string; requests: number }>(
          `SELECT to_char(starts_at, 'DD') AS day, requests::int FROM usage_rollup ORDER BY starts_at, grain`,
        )
      ).rows.map((row) => [row.day, row.requests]);
    // The second day cannot be repaired for now.
    const holder = new Client({ connectionString: database.url });
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query(`SELECT FROM usage_rollup WHERE starts_at >= '2026-11-21Z' FOR UPDATE`);
    const verifying = async (condition: string) =>
      (
        await client.query(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'auricle ledger verify' AND ${condition}`,
        )
      ).rows.length > 0;

    const broken = GatewayProcess.launch(environment, { command: ['dist/main.js', 'ledger', 'verify', '--repair'] });
    await until(async () => await verifying(`wait_event_type = 'Lock'`));
    broken.kill(signal);
    expect(await broken.ended).toEqual({ code: 2, signal: null });
    expect(broken.output).toMatch(/^(hour|day) .* \(repaired\)\n.* \(repaired\)\n$/);
    expect(broken.output).not.toContain('the ledger adds up');
    await holder.query('ROLLBACK');
    await holder.end();
    await until(async () => !(await verifying('true')));
    expect(await requests()).toEqual([
      ['20', 1],
      ['20', 1],
      ['21', 7],
      ['21', 7],
    ]);
    expect((await verify(environment, '--repair')).code).toBe(0);
    expect(new Set((await requests()).map(([, count]) => count))).toEqual(new Set([1]));
  });
});

it('says why it cannot', async () => {
  const database = await createTestDatabase({ template: 'template0' });
  const unknown = await verify({ DATABASE_URL: database.url });
  await database.drop();
  expect(unknown.code).toBe(2);
  expect(unknown.errors).toContain('The database lacks migrations of this version');
  const missing = await verify({ DATABASE_URL: database.url });
  expect(missing.code).toBe(2);
  expect(missing.errors).toMatch(/The ledger in PostgreSQL at \S+ cannot be verified: database "\w+" does not exist/);
});
