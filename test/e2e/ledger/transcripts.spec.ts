import { SPOKEN } from '../../support/simulator-fixtures.js';
import { LedgerBench } from './ledger-bench.js';

let bench: LedgerBench;
beforeAll(async () => {
  bench = await LedgerBench.start({ STORE_TRANSCRIPTS: 'false' });
});
afterAll(() => bench.close());

it('keeps no transcript anywhere when STORE_TRANSCRIPTS is off', async () => {
  const { id, key } = await bench.gateway.createKey();
  const whole = await bench.transcribe(key, { response_format: 'text' });
  const streamed = await bench.transcribe(key, { model: 'gpt4o', stream: 'true' });
  expect(whole.text).toContain('The beach');
  expect(streamed.text).toContain('The beach');
  const rows = await bench.gateway.logs(`key_id=${id}`);
  expect(rows.map((row) => [row['status'], row['transcript'], row['audio_seconds']])).toEqual([
    ['success', null, 6],
    ['success', null, 6],
  ]);
  expect((await bench.database.query('SELECT 1 FROM transcript')).rowCount).toBe(0);
  const { rows: raw } = await bench.database.query<{ row: string }>(
    'SELECT to_jsonb(t)::text AS row FROM request_log t',
  );
  expect(raw.length).toBe(2);
  for (const { row } of raw) expect(row).not.toContain(SPOKEN.slice(0, 9));
});
