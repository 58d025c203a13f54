import { v7 } from 'uuid';
import { LedgerWriter } from '../../../src/ledger/writer/ledger.writer.js';
import { makeWav } from '../../support/audio.js';
import { logEntry } from '../../support/log-entries.js';
import { until } from '../../support/upload-server.js';
import { LedgerBench } from './ledger-bench.js';

let bench: LedgerBench;
beforeAll(async () => {
  bench = await LedgerBench.start({ JOURNAL_MAX_MB: '0.02' });
});
afterAll(() => bench.close());

it('refuses what it could not record, says so, and goes on when the database has taken what waited', async () => {
  const { key } = await bench.gateway.createKey();
  const release = await bench.holdWrites();
  const answered: string[] = [];
  let refused: Response | undefined;
  while (!refused) {
    const response = await fetch(`${bench.gateway.url}/v1/audio/transcriptions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: formOf(),
    });
    if (response.status === 200) answered.push(response.headers.get('x-request-id') ?? '');
    else refused = response;
    if (response.status === 200) await response.text();
  }
  expect(answered.length).toBeGreaterThan(2);
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toBe('5');
  expect(await refused.json()).toMatchObject({ error: { type: 'server_error', code: 'ledger_unavailable' } });
  const ready = await fetch(`${bench.gateway.url}/health/ready`);
  expect(ready.status).toBe(503);
  expect(await ready.json()).toMatchObject({ status: 'unavailable', checks: { ledger: 'full' } });

  await release();
  await until(async () => (await bench.transcribe(key)).status === 200);
  await bench.gateway.logs();
  expect(await bench.storedIds()).toEqual(expect.arrayContaining(answered));
});

it('keeps logs of any time, as of a clock that goes back or is wrong by years', async () => {
  const writer = bench.gateway.app.get(LedgerWriter);
  const ids = ['1999-12-31T23:59:59.999Z', '2099-01-01T00:00:00Z', '2026-11-30T23:59:59.999Z'].map((time) =>
    v7({ msecs: Date.parse(time) }),
  );
  for (const id of ids) await writer.append(logEntry({ id }));
  await until(async () => {
    const stored = new Set(await bench.storedIds());
    return ids.every((id) => stored.has(id));
  });
});

function formOf(): FormData {
  const form = new FormData();
  form.append('model', 'sandbox');
  form.append('file', new Blob([makeWav({ durationSeconds: 1 })]), 'speech.wav');
  return form;
}
