import { Client } from 'pg';
import { MASTER_KEY, startTestGateway, type TestGateway } from '../../support/gateway.js';
import { logEntry } from '../../support/log-entries.js';
import { until } from '../../support/upload-server.js';
import { writeLogs } from '../../support/written-logs.js';

let gateway: TestGateway;
/** Holds the tables. */
let holder: Client;
let database: Client;
/** Warnings and errors of the process log. */
const told: unknown[] = [];
beforeAll(async () => {
  gateway = await startTestGateway();
  const tell = (...words: unknown[]) => void told.push(words);
  const ignore = () => undefined;
  gateway.app.useLogger({ log: ignore, debug: ignore, verbose: ignore, warn: tell, error: tell, fatal: tell });
  holder = new Client({ connectionString: gateway.databaseUrl });
  database = new Client({ connectionString: gateway.databaseUrl });
  await Promise.all([holder.connect(), database.connect()]);
});
afterAll(async () => {
  await Promise.all([holder.end(), database.end()]);
  await gateway.close();
});
beforeEach(async () => {
  told.length = 0;
  // Whoever reads from these waits.
  await holder.query('BEGIN');
  await holder.query('LOCK TABLE request_log, transcript, audit_event IN ACCESS EXCLUSIVE MODE');
});
afterEach(async () => {
  await holder.query('ROLLBACK');
});

/** A client that asks, and its leaving. */
function ask(path: string, method = 'GET'): () => Promise<void> {
  const client = new AbortController();
  const answer = fetch(`${gateway.url}/admin/v1/${path}`, {
    method,
    headers: { authorization: `Bearer ${MASTER_KEY}` },
    signal: client.signal,
  })
    .then((response) => response.text())
    .catch(() => 'left');
  return async () => {
    client.abort();
    expect(await answer).toBe('left');
  };
}

/** How many statements of the connections by this name wait for a lock. */
async function held(applicationName: string): Promise<number> {
  const { rows } = await database.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = $1 AND wait_event_type = 'Lock'`,
    [applicationName],
  );
  return rows[0]?.count ?? -1;
}

it.each([
  ['analytics', 'analytics?group_by=user', 'auricle analytics', 2],
  ['a forecast', 'analytics/forecast?end_user=u-1', 'auricle analytics', 2],
  ['a list of logs', 'logs?model=whisper', 'auricle logs', 3],
  ['a log', 'logs/01a1f640-bc00-7000-8000-000000000000', 'auricle logs', 3],
  ['an export of logs', 'logs/export?format=csv', 'auricle logs', 3],
  ['a stream of logs', 'logs/stream', 'auricle logs', 3],
  ['a list of the audit', 'audit', 'auricle audit', 1],
])('%s ends in the database when its clients have left', async (_, path, applicationName, connections) => {
  // One more than can be answered at once.
  const leave = Array.from({ length: connections + 1 }, () => ask(path));
  await until(async () => (await held(applicationName)) === connections);
  await Promise.all(leave.map((it) => it()));
  await until(async () => (await held(applicationName)) === 0);
  // Who comes then is asked at once.
  const again = ask(path);
  await until(async () => (await held(applicationName)) === 1);
  await again();
  expect(told).toEqual([]);
});

it('a question that nothing holds up is answered after clients have left others', async () => {
  const leave = [ask('analytics?group_by=user'), ask('analytics?group_by=user')];
  await until(async () => (await held('auricle analytics')) === 2);
  const range = 'from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z';
  const answer = gateway.admin('GET', `analytics?metrics=requests&${range}`);
  await Promise.all(leave.map((it) => it()));
  expect(await answer).toMatchObject({ status: 200, body: { source: 'rollups', totals: { requests: 0 } } });
  expect(told).toEqual([]);
});

it('what changes something is done, whether or not its client waits', async () => {
  await holder.query('ROLLBACK');
  const log = logEntry({ transcript: 'to be forgotten' });
  await writeLogs(gateway, log);
  const kept = async () =>
    (await database.query('SELECT FROM transcript WHERE request_id = $1', [log.id])).rowCount === 1;
  expect(await kept()).toBe(true);
  await holder.query('BEGIN');
  await holder.query('LOCK TABLE request_log IN ACCESS EXCLUSIVE MODE');
  const leave = ask(`logs/${log.id}/transcript`, 'DELETE');
  await until(async () => (await held('auricle logs')) === 1);
  await leave();
  await holder.query('ROLLBACK');
  await until(async () => !(await kept()));
});
