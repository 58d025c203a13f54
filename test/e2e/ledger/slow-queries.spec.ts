import { Client } from 'pg';
import { QUERY_TIMEOUT_MS } from '../../../src/database/read-only-pool.provider.js';
import { MASTER_KEY, startTestGateway, type TestGateway } from '../../support/gateway.js';
import { DatabaseProxy } from '../../support/database-proxy.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

const LIMIT_MS = 300;

let database: TestDatabase;
let proxy: DatabaseProxy;
let gateway: TestGateway;
let holder: Client;
beforeAll(async () => {
  database = await createTestDatabase();
  proxy = await DatabaseProxy.start(database.url);
  gateway = await startTestGateway({ DATABASE_URL: proxy.url, DATABASE_TIMEOUT_SECONDS: '5' }, [
    { provide: QUERY_TIMEOUT_MS, useValue: LIMIT_MS },
  ]);
  holder = new Client({ connectionString: database.url });
  await holder.connect();
});
afterAll(async () => {
  await holder.end();
  await gateway.close();
  await proxy.close();
  await database.drop();
});

const read = async (path: string) => {
  const answer = await fetch(`${gateway.url}/admin/v1/${path}`, { headers: { authorization: `Bearer ${MASTER_KEY}` } });
  return { status: answer.status, retryAfter: answer.headers.get('retry-after'), text: await answer.text() };
};

const readings = [
  ['a list', 'logs?model=whisper'],
  ['a list by two filters', 'logs?model=whisper&status=failure'],
  ['a log', 'logs/01a1f640-bc00-7000-8000-000000000000'],
  ['an export', 'logs/export?format=csv'],
  ['analytics of rows', 'analytics?group_by=user'],
  ['a forecast', 'analytics/forecast?end_user=u-1'],
  ['a stream', 'logs/stream'],
] as const;

describe('a statement that takes longer than it may', () => {
  beforeAll(async () => {
    // Whoever reads waits behind it until the database ends the statement.
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE request_log IN ACCESS EXCLUSIVE MODE');
  });
  afterAll(async () => {
    await holder.query('ROLLBACK');
  });

  it.each(readings.filter(([what]) => what !== 'a stream'))('is told to who asks for %s', async (_, path) => {
    const { status, retryAfter, text } = await read(path);
    expect({ status, retryAfter }).toEqual({ status: 503, retryAfter: '5' });
    expect(JSON.parse(text)).toEqual({
      error: {
        message: 'The database would take longer than 0.3 s for this: ask for a shorter range, or for less',
        type: 'server_error',
        param: null,
        code: 'query_too_slow',
      },
    });
  });

  it('is nothing to whoever asks the database for something else', async () => {
    const { key } = await gateway.createKey();
    await read('logs');
    const answer = await fetch(`${gateway.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } });
    expect(answer.status).toBe(200);
    const ready: unknown = await (await fetch(`${gateway.url}/health/ready`)).json();
    expect(ready).toMatchObject({ status: 'ok', checks: { database: 'ok' } });
  });
});

it('leaves no statement behind, and its connections to others', async () => {
  const { rows } = await holder.query(
    `SELECT query FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()`,
  );
  expect(rows).toEqual([]);
  for (const [what, path] of readings) {
    if (what !== 'a stream') expect([what, (await read(path)).status]).toEqual([what, what === 'a log' ? 404 : 200]);
  }
});

it('is a database that does not answer where it is silent', async () => {
  proxy.freeze();
  const { status, text } = await read('logs');
  proxy.thaw();
  expect([status, JSON.parse(text)]).toMatchObject([503, { error: { code: 'database_unavailable' } }]);
});
