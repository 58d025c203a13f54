import { Client } from 'pg';
import { v7 } from 'uuid';
import { encodeLog } from '../../../src/ledger/entry/ledger-record.js';
import { LedgerKeeper } from '../../../src/ledger/retention/ledger-keeper.js';
import { systemClock } from '../../../src/http/clock.js';
import { RetentionRepository } from '../../../src/ledger/retention/retention.repository.js';
import { LedgerRepository } from '../../../src/ledger/writer/ledger.repository.js';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { logEntry } from '../../support/log-entries.js';
import { writeLogs } from '../../support/written-logs.js';

let gateway: TestGateway;
let database: Client;
let keeper: LedgerKeeper;
beforeAll(async () => {
  gateway = await startTestGateway();
  const [ledger, retention] = [gateway.app.get(LedgerRepository), gateway.app.get(RetentionRepository)];
  keeper = new LedgerKeeper(ledger, retention, { log_retention_days: 30 }, systemClock);
  database = new Client({ connectionString: gateway.databaseUrl });
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await gateway.close();
});

const idAt = (time: string) => v7({ msecs: Date.parse(time) });

async function write(id: string, cachedRequestId: string | null = null): Promise<string> {
  const entry = logEntry({ id, transcript: 'said', costNanoUsd: 5n, cachedRequestId });
  await writeLogs(gateway, entry);
  return id;
}

async function cache(requestId: string): Promise<void> {
  await database.query(
    `INSERT INTO cached_answer (key, form, model, request_id, answer, bytes, expires_at)
     VALUES (decode(md5($1), 'hex'), 'json', 'whisper', $1::text::uuid, '', 0, now() + interval '1 day')`,
    [requestId],
  );
}

/** Ids that are left in a table. */
async function left(column: string, table: string): Promise<string[]> {
  const { rows } = await database.query<{ id: string }>(`SELECT ${column}::text AS id FROM ${table} ORDER BY 1`);
  return rows.map(({ id }) => id);
}

it('drops the months that are wholly older, with all that hangs on them, and keeps the sums', async () => {
  const old = await write(idAt('2024-01-31T23:59:59.999Z'));
  const first = idAt('2020-05-01T00:00:00Z');
  await write(idAt('2024-01-10T00:00:00Z'), first);
  const young = await write(idAt('2024-02-01T00:00:00Z'));
  for (const id of [old, young, first]) await cache(id);
  await database.query(
    `INSERT INTO feedback (id, trace_id, value, created_at, updated_at)
     VALUES (gen_random_uuid(), 'old', 1, '2024-01-31', now()), (gen_random_uuid(), 'young', 1, '2024-02-01', now())`,
  );
  // Not quite thirty days after the end of January.
  expect(await keeper.keep(new Date('2024-03-01T23:59:59Z'))).toBe(true);
  expect(await left('id', 'request_log')).toContain(old);
  expect(await keeper.keep(new Date('2024-03-02T00:00:00Z'))).toBe(true);
  expect(await left('id', 'request_log')).toEqual([young]);
  expect(await left('request_id', 'transcript')).toEqual([young]);
  expect(await left('request_id', 'cached_answer')).toEqual([young]);
  expect(await left('trace_id', 'feedback')).toEqual(['young']);
  const { rows } = await database.query(
    `SELECT sum(requests)::int AS requests, sum(cost_nano_usd)::int AS cost FROM usage_rollup WHERE grain = 'day'`,
  );
  expect(rows).toEqual([{ requests: 3, cost: 15 }]);
});

it('writes a log of a month that was dropped all the same, and drops it again', async () => {
  const late = idAt('2023-06-15T00:00:00Z');
  await write(late);
  await keeper.keep(new Date('2024-03-02T00:00:00Z'));
  const entry = logEntry({ id: idAt('2023-06-16T00:00:00Z') });
  const repository = gateway.app.get(LedgerRepository);
  const error: unknown = await repository.append([encodeLog(entry)]).catch((it: unknown) => it);
  expect(repository.isRefusal(error)).toBe(false);
  await repository.append([encodeLog(entry)]);
  expect(await left('id', 'request_log')).toContain(entry.id);
  await keeper.keep(new Date('2024-03-02T00:00:00Z'));
  expect(await left('id', 'request_log')).not.toContain(entry.id);
});

it('leaves a month that somebody reads for another time, and holds nobody up', async () => {
  const old = await write(idAt('2022-03-05T00:00:00Z'));
  await database.query('BEGIN');
  await database.query('SELECT count(*) FROM request_log');
  expect(await keeper.keep(new Date('2024-03-02T00:00:00Z'))).toBe(false);
  expect(await left('id', 'request_log')).toContain(old);
  await database.query('COMMIT');
  expect(await keeper.keep(new Date('2024-03-02T00:00:00Z'))).toBe(true);
  expect(await left('id', 'request_log')).not.toContain(old);
});

it('makes the months to come', async () => {
  await keeper.keep(new Date('2031-11-30T23:59:59Z'));
  const { rows } = await database.query(
    `SELECT to_regclass('request_log_2032_01') IS NOT NULL AND to_regclass('transcript_2032_01') IS NOT NULL AS there`,
  );
  expect(rows).toEqual([{ there: true }]);
});
