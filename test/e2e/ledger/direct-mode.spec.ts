import { Client } from 'pg';
import { readySchema } from '../../../src/health/health.schema.js';
import { onDatabase } from '../../support/database.js';
import { MASTER_KEY } from '../../support/gateway.js';
import { until } from '../../support/upload-server.js';
import { LedgerBench } from './ledger-bench.js';

it('has the log in the database before the last byte of an answer', async () => {
  const bench = await LedgerBench.start({ LEDGER_MODE: 'direct' });
  const { key } = await bench.gateway.createKey();
  const answers: readonly Record<string, string>[] = [
    {},
    { response_format: 'srt' },
    { model: 'gpt4o', stream: 'true' },
    { model: 'nope' },
  ];
  for (const fields of answers) {
    const { id, text } = await bench.transcribe(key, fields);
    expect({ fields, text, isStored: (await bench.storedIds()).includes(id) }).toMatchObject({ isStored: true });
  }
  await bench.close();
});

describe('where the database has five seconds', () => {
  let bench: LedgerBench;
  beforeAll(async () => {
    bench = await LedgerBench.start({ LEDGER_MODE: 'direct', DATABASE_TIMEOUT_SECONDS: '5' });
  });
  afterAll(() => bench.close());

  it('answers with an error what the database does not take in time, and writes it later, once', async () => {
    const { key } = await bench.gateway.createKey();
    const release = await bench.holdWrites();
    const [whole, streamed, unknown] = await Promise.all([
      bench.transcribe(key),
      bench.transcribe(key, { model: 'gpt4o', stream: 'true' }),
      bench.transcribe(key, { model: 'nope' }),
    ]);
    expect(whole.status).toBe(503);
    expect(JSON.parse(whole.text)).toMatchObject({ error: { type: 'server_error', code: 'ledger_unavailable' } });
    expect(streamed.text).toContain('"code":"ledger_unavailable"');
    expect(streamed.text).not.toContain('[DONE]');
    // Whoever is not served anyway is told why.
    expect(unknown.status).toBe(404);

    await release();
    let stored: string[] = [];
    await until(async () => {
      stored = await bench.storedIds();
      return [whole, streamed, unknown].every(({ id }) => stored.includes(id));
    });
    for (const { id } of [whole, streamed, unknown]) expect(stored.filter((it) => it === id)).toEqual([id]);
    await until(async () => (await bench.transcribe(key)).status === 200);
  });

  it('refuses at once while the database is away, and says so to load balancers', async () => {
    const { databaseUrl, url } = bench.gateway;
    const name = new URL(databaseUrl).pathname.slice(1);
    const server = new Client({ connectionString: onDatabase(databaseUrl, 'postgres') });
    await server.connect();
    const ready = async () => {
      const answer = await fetch(`${url}/health/ready`);
      return { status: answer.status, ledger: readySchema.parse(await answer.json()).checks.ledger };
    };
    try {
      await server.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
      await server.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
      // The first finds it out; its provider has been paid.
      const { requests } = bench.simulator;
      const before = requests.length;
      expect((await bench.transcribe(MASTER_KEY)).status).toBe(503);
      await until(async () => (await ready()).ledger === 'full');
      expect((await ready()).status).toBe(503);
      const asked = requests.length;
      expect(asked).toBeLessThanOrEqual(before + 1);
      const refused = await bench.transcribe(MASTER_KEY);
      expect([refused.status, JSON.parse(refused.text).error.code]).toEqual([503, 'ledger_unavailable']);
      expect(requests.length).toBe(asked);
    } finally {
      await server.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
      await server.end();
    }
    await until(async () => (await bench.transcribe(MASTER_KEY)).status === 200);
  });
});
