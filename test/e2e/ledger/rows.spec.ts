import { LedgerRepository } from '../../../src/logging/ledger/ledger.repository.js';
import type { LogEntry } from '../../../src/logging/ledger/log-entry.js';
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
    form.append('file', new File([Uint8Array.from(Buffer.from('fLaC'.padEnd(2000, '\0')))], 'a.flac'));
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
      { status: 'cancelled', http_status: 499, cost_usd: null },
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
    expect(refused.status).toBe(404);
    expect(await row(refused.id)).toMatchObject({ status: 'refused', model: 'nul  model' });
    const answered = await bench.transcribe(key.key, { language: 'e\0n' });
    expect(answered.status).toBe(200);
    expect(await row(answered.id)).toMatchObject({ status: 'success', language: 'en' });
  });
});

describe('a row that the database refuses', () => {
  it('does not hold up the others', async () => {
    // More billionths of a dollar than PostgreSQL's bigint can count.
    await bench.gateway.createModel('priceless', bench.simulator.url, {
      api_key: SIMULATOR_KEY,
      price: { type: 'duration', usd: 9_999_999, per: 'second' },
    });
    const before = await bench.storedIds();
    const release = await bench.holdWrites();
    const ids: string[] = [];
    // The first one is being written; the others wait together in the next batch.
    for (const model of ['sandbox', 'sandbox', 'priceless', 'sandbox', 'sandbox']) {
      if (model === 'priceless') {
        bench.simulator.respondWith(answer(200, { text: 'x', usage: { type: 'duration', seconds: 1e6 } }));
      }
      const { id, status } = await bench.transcribe(key.key, { model });
      expect(status).toBe(200);
      ids.push(id);
    }
    await release();
    await bench.gateway.logs();
    expect((await bench.storedIds()).slice(before.length)).toEqual(ids.filter((_, index) => index !== 2));
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
    const again: LogEntry = {
      id,
      createdAt: new Date(String(stored?.['created_at'])),
      keyId: key.id,
      keyName: 'again',
      task: 'transcribe',
      model: 'whisper',
      provider: 'openai',
      deploymentId: null,
      upstreamModel: null,
      upstreamRequestId: null,
      responseFormat: 'json',
      stream: false,
      status: 'success',
      httpStatus: 200,
      errorCode: null,
      errorMessage: null,
      audioSeconds: null,
      audioBytes: null,
      language: null,
      costNanoUsd: COST_NANO_USD,
      costSteps: null,
      measuredCostNanoUsd: null,
      usageSource: null,
      usage: null,
      latencyMs: 1,
      providerLatencyMs: null,
      attempts: [],
      plan: null,
      warnings: [],
      clientIp: null,
      userAgent: null,
      transcript: 'again',
    };
    const newer = { ...again, id: `${id.slice(0, -12)}${'0'.repeat(12)}` };
    await Promise.all([repository.append([again, newer]), repository.append([newer, again])]);
    await repository.append([newer]);
    expect(await bench.spendOf(key.id)).toBe(2n * COST_NANO_USD);
    expect(await row(id)).toEqual(stored);
  });
});
