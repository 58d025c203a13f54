import { LedgerBench } from './ledger-bench.js';

let bench: LedgerBench;
beforeAll(async () => {
  bench = await LedgerBench.start({ LEDGER_MODE: 'direct' });
});
afterAll(() => bench.close());

it('has the log in the database before the last byte of an answer', async () => {
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
});

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
  await bench.gateway.logs();
  const stored = await bench.storedIds();
  for (const { id } of [whole, streamed, unknown]) expect(stored.filter((it) => it === id)).toEqual([id]);
  expect((await bench.transcribe(key)).status).toBe(200);
});
