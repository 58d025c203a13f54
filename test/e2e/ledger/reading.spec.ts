import { LedgerBench } from './ledger-bench.js';

let bench: LedgerBench;
beforeAll(async () => {
  // Only the logs that were there are waited for: how long that may take does not matter.
  bench = await LedgerBench.start({ DATABASE_TIMEOUT_SECONDS: '60' });
});
afterAll(() => bench.close());

it('reads what had been answered by then while requests go on and on', async () => {
  const { key } = await bench.gateway.createKey();
  const answered = new AbortController();
  const client = async () => {
    while (!answered.signal.aborted) await bench.transcribe(key);
  };
  const clients = [client(), client(), client(), client()];
  // By a key of its own: it is found among however many have been answered since.
  const other = await bench.gateway.createKey();
  const { id } = await bench.transcribe(other.key);
  const { status, body } = await bench.gateway.admin('GET', `logs?fields=all&limit=100&key_id=${other.id}`);
  answered.abort();
  await Promise.all(clients);
  expect(status).toBe(200);
  expect(body.data.map((log: { id: string }) => log.id)).toContain(id);
});
