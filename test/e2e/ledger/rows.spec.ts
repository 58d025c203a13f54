import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LedgerRepository } from '../../../src/ledger/writer/ledger.repository.js';
import { encodeLog } from '../../../src/ledger/entry/ledger-record.js';
import { makeWav } from '../../support/audio.js';
import { logEntry } from '../../support/log-entries.js';
import { SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { answer, errorAnswer, hang } from '../../support/simulator-answers.js';
import { SPOKEN } from '../../support/simulator-fixtures.js';
import { until } from '../../support/upload-server.js';
import { COST_NANO_USD, LedgerBench } from './ledger-bench.js';

let bench: LedgerBench;
let key: { id: string; key: string };
beforeAll(async () => {
  bench = await LedgerBench.start();
});
afterAll(() => bench.close());
beforeEach(async () => {
  key = await bench.gateway.createKey();
});

const row = async (id: string) => (await bench.gateway.logs(`request_id=${id}`))[0];

describe('every outcome leaves one row', () => {
  it('answered, in every format that costs', async () => {
    for (const format of ['json', 'text', 'srt', 'vtt', 'verbose_json']) {
      const { id, status } = await bench.transcribe(key.key, { response_format: format });
      expect(status).toBe(200);
      expect(await row(id)).toMatchObject({
        status: 'success',
        response_format: format,
        // Plain text reports no usage: there the six measured seconds are billed.
        cost_usd: format.includes('json') ? 0.0009 : 0.0006,
        usage_source: format.includes('json') ? 'provider' : 'measured',
        transcript: expect.stringContaining('The beach was a popular spot on a hot summer day.'),
      });
    }
  });

  it('streamed by the provider', async () => {
    const { id, text } = await bench.transcribe(key.key, { model: 'gpt4o', stream: 'true' });
    expect(text).toMatch(/data: \[DONE\]\n\n$/);
    expect(await row(id)).toMatchObject({
      status: 'success',
      stream: true,
      usage: { type: 'tokens' },
      // 12 audio and 2 text tokens at 2.50 a million, 45 output tokens at 10.
      cost_usd: 0.000485,
      transcript: SPOKEN,
    });
  });

  it('streamed by us', async () => {
    const { id, text } = await bench.transcribe(key.key, { stream: 'true' });
    expect(text).toContain('transcript.text.done');
    expect(await row(id)).toMatchObject({ status: 'success', stream: true, cost_usd: 0.0009, transcript: SPOKEN });
  });

  it('refused, failed and cancelled', async () => {
    const refused = await bench.transcribe(key.key, { temperature: '7' });
    bench.simulator.respondWith(errorAnswer(500, { message: 'oh no' }));
    const failed = await bench.transcribe(key.key);
    bench.simulator.respondWith(hang());
    const arrival = bench.simulator.nextRequest();
    const controller = new AbortController();
    const form = new FormData();
    form.append('model', 'whisper');
    form.append('file', new File([Uint8Array.from(makeWav({ durationSeconds: 1, toneHz: 440 }))], 'a.wav'));
    const cancelled = fetch(`${bench.gateway.url}/v1/audio/transcriptions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key.key}` },
      body: form,
      signal: controller.signal,
    }).catch(() => undefined);
    await until(async () => (await arrival).rawBody.length > 0);
    controller.abort();
    await cancelled;
    await until(async () => (await bench.gateway.logs(`key_id=${key.id}`)).length === 3);
    const rows = await bench.gateway.logs(`key_id=${key.id}`);
    expect(rows.map(({ status, http_status, cost_usd }) => ({ status, http_status, cost_usd }))).toEqual([
      // The provider had it, and may bill it: the second that was measured.
      { status: 'cancelled', http_status: 499, cost_usd: 0.0001 },
      { status: 'failure', http_status: 502, cost_usd: 0 },
      { status: 'refused', http_status: 400, cost_usd: 0 },
    ]);
    expect(rows.map((it) => it['id']).slice(1)).toEqual([failed.id, refused.id]);
  });
});

describe('what PostgreSQL does not take', () => {
  it('reaches the client as it is, and the ledger without it', async () => {
    const body = '{"text":"nul \\u0000 half \\ud83d end","usage":{"type":"duration","seconds":9}}';
    bench.simulator.respondWith(
      answer(200, body, { 'content-type': 'application/json', 'x-request-id': 'req_\u00ff' }),
    );
    const { id, text } = await bench.transcribe(key.key);
    expect(text).toBe(body);
    expect(await row(id)).toMatchObject({ status: 'success', transcript: 'nul  half \ufffd end', cost_usd: 0.0009 });
  });

  it('may be in the request', async () => {
    const refused = await bench.transcribe(key.key, { model: 'nul \0 model' });
    expect(refused.status).toBe(400);
    expect(await row(refused.id)).toMatchObject({ status: 'refused', http_status: 400 });
    const answered = await bench.transcribe(key.key, { prompt: 'nul \0 prompt' });
    expect(await row(answered.id)).toMatchObject({ http_status: answered.status });
  });
});

describe('a row that the database refuses', () => {
  // Nothing that a row can hold is refused, so the table must be told to.
  const refuse = (condition: string) =>
    bench.database.query(`ALTER TABLE request_log ADD CONSTRAINT test CHECK (${condition}) NOT VALID`);
  afterEach(() => bench.database.query('ALTER TABLE request_log DROP CONSTRAINT test'));

  it('does not hold up the others, and is kept as far as a bill needs it', async () => {
    await refuse(`model <> 'unwelcome'`);
    await bench.gateway.createModel('unwelcome', bench.simulator.url, { api_key: SIMULATOR_KEY });
    const before = await bench.storedIds();
    const release = await bench.holdWrites();
    const ids: string[] = [];
    // The first one is being written; the others wait together in the next batch.
    for (const model of ['sandbox', 'sandbox', 'unwelcome', 'sandbox', 'sandbox']) {
      const { id, status } = await bench.transcribe(key.key, { model });
      expect(status).toBe(200);
      ids.push(id);
    }
    await release();
    await bench.gateway.logs();
    expect((await bench.storedIds()).slice(before.length)).toEqual(ids);
    expect(await row(ids[2] ?? '')).toMatchObject({
      status: 'success',
      http_status: 200,
      model: null,
      cost_usd: 0.0009,
      warnings: [expect.stringMatching(/^this log could not be stored whole: .*violates check constraint "test"/)],
    });
    expect(await bench.spendOf(key.id)).toBe(COST_NANO_USD);
  });

  it('is set aside in a file when even that is refused', async () => {
    await refuse(`status <> 'refused'`);
    const refused = await bench.transcribe(key.key, { temperature: '7' });
    const { id } = await bench.transcribe(key.key);
    expect(await row(id)).toMatchObject({ status: 'success' });
    expect(await row(refused.id)).toBeUndefined();
    const lines = (await readFile(join(bench.gateway.dataDir, 'journal', 'refused.log'), 'utf8')).split('\n');
    expect(lines.filter((line) => line.includes(refused.id))).toEqual([expect.stringMatching(/^[0-9a-f]{8} c /)]);
  });
});

describe('spend', () => {
  it('is added once for every answer, however many come at once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => bench.transcribe(key.key)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    await bench.gateway.logs();
    expect(await bench.spendOf(key.id)).toBe(20n * COST_NANO_USD);
  });

  it('is not added again when a batch is written twice', async () => {
    const { id } = await bench.transcribe(key.key);
    const stored = await row(id);
    const repository = bench.gateway.app.get(LedgerRepository);
    const same = { id, keyId: key.id, costNanoUsd: COST_NANO_USD, transcript: 'again' };
    const again = encodeLog(logEntry(same));
    const newer = encodeLog(logEntry({ ...same, id: `${id.slice(0, -12)}${'0'.repeat(12)}` }));
    await Promise.all([repository.append([again, newer]), repository.append([newer, again])]);
    await repository.append([newer]);
    expect(await bench.spendOf(key.id)).toBe(2n * COST_NANO_USD);
    expect(await row(id)).toEqual(stored);
  });
});
