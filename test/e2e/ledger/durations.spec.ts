import { readFileSync } from 'node:fs';
import { makeWav } from '../../support/audio.js';
import { withLastGranule, withMediaDuration } from '../../support/lying-audio.js';
import { SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { SelfHostedSimulator } from '../../support/self-hosted-simulator.js';
import { answer } from '../../support/simulator-answers.js';
import { LedgerBench } from './ledger-bench.js';

let bench: LedgerBench;
let key: { id: string; key: string };
beforeAll(async () => {
  bench = await LedgerBench.start();
});
afterAll(() => bench.close());
beforeEach(async () => {
  key = await bench.gateway.createKey();
});

const fixture = (name: string): Buffer => readFileSync(`test/fixtures/audio/${name}`);
const row = async (id: string) => (await bench.gateway.logs(`request_id=${id}`))[0];

describe('a duration that a file claims and cannot have', () => {
  it.each<[string, Buffer, Buffer]>([
    ['an Ogg file, -1', fixture('opus.ogg'), withLastGranule(fixture('opus.ogg'), -1n)],
    ['an Ogg file, 2^62', fixture('opus.ogg'), withLastGranule(fixture('opus.ogg'), 2n ** 62n)],
    ['an Ogg file, 50 hours', fixture('opus.ogg'), withLastGranule(fixture('opus.ogg'), 50n * 3_600n * 48_000n)],
    ['an MP4 file, 2^64 - 1', fixture('voice.m4a'), withMediaDuration(fixture('voice.m4a'), 2n ** 64n - 1n)],
  ])('changes nothing, for what is there is counted: %s', async (_what, honest, lying) => {
    // But for the silence that the encoder has put before and behind.
    const paddingSeconds = 0.25;
    const filename = honest.equals(fixture('voice.m4a')) ? 'x.m4a' : 'x.ogg';
    const [told, counted] = [
      await bench.transcribe(key.key, {}, { file: lying, filename }),
      await bench.transcribe(key.key, {}, { file: honest, filename }),
    ];
    expect([told.status, told.warning]).toEqual([200, null]);
    const { audio_seconds: seconds } = (await row(counted.id)) ?? {};
    expect(await row(told.id)).toMatchObject({ duration_method: 'counted', warnings: [] });
    expect(Math.abs(Number((await row(told.id))?.audio_seconds) - Number(seconds))).toBeLessThan(paddingSeconds);
  });
});

describe('a recording that nobody here can measure', () => {
  const voc = Buffer.concat([
    Buffer.from('Creative Voice File\x1a\x1a\0\x0a\x01\x29\x11', 'latin1'),
    Buffer.alloc(4000, 0x80),
  ]);

  let server: SelfHostedSimulator;
  beforeAll(async () => {
    server = await SelfHostedSimulator.start({ formats: ['json'] });
    const price = { type: 'duration', usd: 0.0001, per: 'second' };
    for (const [name, settings] of Object.entries({ any: {}, short: { max_duration_seconds: 1 } })) {
      await bench.gateway.createModel(name, server.url, { provider: 'openai-compatible', price, settings });
    }
  });
  afterAll(() => server.close());
  beforeEach(() => server.respondWith(answer(200, { text: 'Hi.', usage: { type: 'duration', seconds: 9 } })));

  it('is of unknown length, served, billed by what the provider says, and told of', async () => {
    const file = { file: voc, filename: 'x.voc' };
    const { id, status, warning } = await bench.transcribe(key.key, { model: 'any' }, file);
    expect([status, warning]).toEqual([200, expect.stringContaining("the recording's duration counts as unknown")]);
    expect(await row(id)).toMatchObject({
      status: 'success',
      audio_seconds: null,
      duration_method: null,
      // What the provider says that it bills: nine seconds.
      cost_usd: 0.0009,
      warnings: [warning],
    });
    expect(await bench.spendOf(key.id)).toBe(900_000n);
  });

  it('is sent to whoever takes recordings of some length only, too', async () => {
    const { status } = await bench.transcribe(key.key, { model: 'short' }, { file: voc, filename: 'x.voc' });
    expect(status).toBe(200);
  });
});

describe('a WAV file whose length was never filled in', () => {
  it.each([0, 0xffffffff])('is measured to its end: %d', async (declaredDataBytes) => {
    bench.simulator.respondWith(answer(200, { text: 'Hi.' }));
    const file = makeWav({ durationSeconds: 12, toneHz: 440, declaredDataBytes });
    const { id } = await bench.transcribe(key.key, {}, { file });
    expect(await row(id)).toMatchObject({
      audio_seconds: 12,
      duration_method: 'counted',
      cost_usd: 0.0012,
      usage_source: 'measured',
      warnings: [],
    });
  });
});

describe('what a provider reports', () => {
  const whisper = (usage: object, more: object = {}) =>
    answer(200, { text: 'Hi.', language: 'english', segments: [], ...more, usage });

  it('is booked, null beside it or not', async () => {
    const usage = { type: 'duration', seconds: 240, input_tokens: null, output_tokens: null };
    bench.simulator.respondWith(whisper(usage));
    const { id } = await bench.transcribe(key.key, {}, { file: makeWav({ durationSeconds: 239.5, toneHz: 440 }) });
    expect(await row(id)).toMatchObject({ cost_usd: 0.024, usage_source: 'provider', warnings: [] });
  });

  it.each([
    ['seconds that the recording cannot have', { type: 'duration', seconds: 1.9e14 }],
    ['1e300 seconds', { type: 'duration', seconds: 1e300 }],
    ['two hours for twelve seconds', { type: 'duration', seconds: 7200 }],
    ['no seconds for words', { type: 'duration', seconds: 0 }],
  ])('is not believed, and the measured length is booked: %s', async (_what, usage) => {
    bench.simulator.respondWith(whisper(usage));
    const { id, warning } = await bench.transcribe(
      key.key,
      {},
      { file: makeWav({ durationSeconds: 12, toneHz: 440 }) },
    );
    expect(warning).toContain('what openai/whisper-1 reports of its usage is not believed');
    expect(await row(id)).toMatchObject({ cost_usd: 0.0012, usage_source: 'measured', warnings: [warning] });
    expect(await bench.spendOf(key.id)).toBe(1_200_000n);
  });

  it('decides about no format either', async () => {
    bench.simulator.respondWith(
      whisper({ type: 'duration', seconds: 12 }, { duration: 1e300, segments: [{ start: 0, end: 1, text: 'Hi.' }] }),
    );
    const { text } = await bench.transcribe(
      key.key,
      { stream: 'true' },
      { file: makeWav({ durationSeconds: 12, toneHz: 440 }) },
    );
    expect(text).toContain('transcript.text.done');
    expect(text).not.toContain('1e+300');
  });

  it.each([
    ['nothing where the price makes a fortune of it', 9_999_999, 'no call costs $119999988'],
    ['and counted where it is much', 80_000, undefined],
  ])('is %s', async (_what, usd, words) => {
    const name = `dear-${usd}`;
    await bench.gateway.createModel(name, bench.simulator.url, {
      api_key: SIMULATOR_KEY,
      price: { type: 'duration', usd, per: 'second' },
    });
    bench.simulator.respondWith(whisper({ type: 'duration', seconds: 12 }));
    const { id, status, warning } = await bench.transcribe(
      key.key,
      { model: name },
      { file: makeWav({ durationSeconds: 12, toneHz: 440 }) },
    );
    expect(status).toBe(200);
    if (words === undefined) expect(warning).toBeNull();
    else expect(warning).toContain(words);
    expect(await row(id)).toMatchObject({ cost_usd: words === undefined ? 960_000 : null });
  });
});
