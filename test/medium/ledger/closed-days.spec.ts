import { Client } from 'pg';
import { v7 } from 'uuid';
import { SqlConnection } from '../../../src/database/sql-connection.js';
import { encodeLog, type EncodedLog } from '../../../src/ledger/entry/ledger-record.js';
import { ClosedDaysRepository } from '../../../src/ledger/rollups/closed-days.repository.js';
import { DayCloser } from '../../../src/ledger/rollups/day-closer.js';
import { LedgerRepository } from '../../../src/ledger/writer/ledger.repository.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { logEntry } from '../../support/log-entries.js';
import { ManualClock } from '../../support/manual-clock.js';
import { until } from '../../support/upload-server.js';

const HOUR_MS = 3_600_000;
const day = (number: number) => new Date(Date.UTC(2026, 10, number));
const TEAM = '019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2c3a';

let database: TestDatabase;
let client: Client;
let connections: SqlConnection[];
let ledger: LedgerRepository;
let days: ClosedDaysRepository;
beforeEach(async () => {
  database = await createTestDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
  connections = [];
  ledger = new LedgerRepository(connect());
  days = new ClosedDaysRepository(connect());
});
afterEach(async () => {
  for (const connection of connections) connection.close();
  await client.end();
  await database.drop();
});

function connect(): SqlConnection {
  const connection = new SqlConnection(database.url, { connectMs: 10_000, statementMs: 60_000 });
  connections.push(connection);
  return connection;
}

/** Two of a day: one of a team, and one of none. */
function twoOf(number: number): EncodedLog[] {
  return [TEAM, null].map((teamId) => {
    const msecs = day(number).getTime() + 23 * HOUR_MS;
    return encodeLog(logEntry({ id: v7({ msecs }), teamId, costNanoUsd: 5n, latencyMs: 70 }));
  });
}

async function closed(): Promise<unknown[]> {
  const { rows } = await client.query(
    `SELECT to_char(day AT TIME ZONE 'UTC', 'DD') AS day, scope, nullif(team_id, '00000000-0000-0000-0000-000000000000') AS team,
       requests::int, cost_nano_usd::int AS cost
     FROM closed_day JOIN closed_rollup ON starts_at = day ORDER BY 1, 2, 3`,
  );
  return rows;
}
const sumsOf = (name: string, times: number) => [
  { day: name, scope: 'all', team: null, requests: 2 * times, cost: 10 * times },
  { day: name, scope: 'team', team: TEAM, requests: times, cost: 5 * times },
  { day: name, scope: 'team', team: null, requests: times, cost: 5 * times },
];

it('closes the days that have sums and are over, and opens one again when something is added to it', async () => {
  await ledger.append([...twoOf(3), ...twoOf(5), ...twoOf(6)]);
  expect(await days.openDays(day(6))).toEqual([day(5), day(3)]);
  const closer = new DayCloser(days, new ManualClock());
  expect(await closer.closeAll(new Date(day(6).getTime() + HOUR_MS))).toBe(true);
  expect(await days.openDays(day(7))).toEqual([day(6)]);
  expect(await closed()).toEqual([...sumsOf('03', 1), ...sumsOf('05', 1)]);

  const late = twoOf(3);
  await ledger.append(late);
  expect(await closed()).toEqual(sumsOf('05', 1));
  expect(await closer.closeAll(day(7))).toBe(true);
  expect(await closed()).toEqual([...sumsOf('03', 2), ...sumsOf('05', 1)]);

  // What is there already adds nothing.
  await ledger.append(late);
  expect(await closed()).toHaveLength(6);
});

it('waits for who is adding to the ledger, and holds up who comes after', async () => {
  await ledger.append(twoOf(3));
  const writer = new Client({ connectionString: database.url });
  await writer.connect();
  try {
    await writer.query('BEGIN');
    await writer.query(`UPDATE usage_rollup SET requests = requests + 40 WHERE grain = 'day'`);
    const closing = days.close(day(3));
    await until(async () => await isWaiting());
    const late = ledger.append(twoOf(3));
    await writer.query('COMMIT');
    expect(await closing).toBe(true);
    await late;
    expect(await closed()).toEqual([]);
    expect(await days.close(day(3))).toBe(true);
    expect(await closed()).toMatchObject([{ scope: 'all', requests: 44 }, {}, {}]);
  } finally {
    await writer.end();
  }
});

async function isWaiting(): Promise<boolean> {
  const { rows } = await client.query(
    `SELECT FROM pg_locks WHERE relation = 'usage_rollup'::regclass AND mode = 'ShareLock' AND NOT granted`,
  );
  return rows.length > 0;
}

it('leaves a day for later when somebody writes for long, or another gateway is at it', async () => {
  await ledger.append(twoOf(3));
  await client.query('BEGIN');
  await client.query(`UPDATE usage_rollup SET requests = requests`);
  expect(await days.close(day(3))).toBe(false);
  await client.query('ROLLBACK');
  await client.query('BEGIN');
  await client.query('SELECT pg_advisory_xact_lock(7270737, 5)');
  const closer = new DayCloser(days, new ManualClock());
  expect(await closer.closeAll(day(9))).toBe(false);
  await client.query('ROLLBACK');
  expect(await closer.closeAll(day(9))).toBe(true);
  expect(await closed()).toHaveLength(3);
});
