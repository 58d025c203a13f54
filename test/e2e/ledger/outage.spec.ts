import { Client } from 'pg';
import { readySchema, type Ready } from '../../../src/health/health.schema.js';
import { CLOCK } from '../../../src/http/clock.js';
import { onDatabase } from '../../support/database.js';
import { ManualClock } from '../../support/manual-clock.js';
import { until } from '../../support/upload-server.js';
import { COST_NANO_USD, LedgerBench } from './ledger-bench.js';

let bench: LedgerBench;
let server: Client;
let name: string;
beforeAll(async () => {
  // A key is known for some seconds; here they do not pass.
  bench = await LedgerBench.start({}, [{ provide: CLOCK, useValue: new ManualClock() }]);
  name = new URL(bench.gateway.databaseUrl).pathname.slice(1);
  server = new Client({ connectionString: onDatabase(bench.gateway.databaseUrl, 'postgres') });
  await server.connect();
});
afterAll(async () => {
  await server.end();
  await bench.close();
});

async function readiness(): Promise<{ status: number; body: Ready }> {
  const response = await fetch(`${bench.gateway.url}/health/ready`);
  return { status: response.status, body: readySchema.parse(await response.json()) };
}

it('answers while the database is away and writes every row when it is back, once', async () => {
  const { id, key } = await bench.gateway.createKey();
  await bench.gateway.heard();
  const ids = [(await bench.transcribe(key)).id];
  await bench.gateway.logs();

  await server.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
  await server.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
  // What is known goes on, so the gateway is not to be taken out of its load balancer.
  await until(async () => (await readiness()).body.status === 'degraded');
  expect(await readiness()).toMatchObject({ status: 200, body: { checks: { database: 'unreachable' } } });
  expect((await fetch(`${bench.gateway.url}/health/live`)).status).toBe(200);
  expect((await fetch(`${bench.gateway.url}/health/startup`)).status).toBe(200);

  // The key is known, the catalogue is in memory, and the ledger can wait.
  for (const answered of await Promise.all([1, 2, 3, 4, 5].map(() => bench.transcribe(key)))) {
    expect(answered.status).toBe(200);
    ids.push(answered.id);
  }
  // A key that nobody has seen cannot be judged, which is not the caller's fault.
  const stranger = await bench.transcribe('sk-aur-never-seen');
  expect(stranger.status).toBeGreaterThanOrEqual(500);
  expect(JSON.parse(stranger.text)).toMatchObject({ error: { type: 'server_error' } });
  expect(stranger.text).not.toMatch(/prisma|invocation|127\.0\.0\.1/i);

  await server.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
  await until(async () => (await readiness()).body.status === 'ok');
  const reader = new Client({ connectionString: bench.gateway.databaseUrl });
  await reader.connect();
  const stored = async () =>
    (await reader.query<{ id: string }>('SELECT id FROM request_log')).rows.map((row) => row.id);
  try {
    await until(async () => (await stored()).length >= 6);
    expect((await stored()).toSorted()).toEqual(ids.toSorted());
    const { rows } = await reader.query<{ spend: string }>(
      'SELECT spend_nano_usd AS spend FROM virtual_key WHERE id = $1',
      [id],
    );
    expect(BigInt(rows[0]?.spend ?? 0)).toBe(6n * COST_NANO_USD);
  } finally {
    await reader.end();
  }
  expect((await bench.transcribe(key)).status).toBe(200);
});
