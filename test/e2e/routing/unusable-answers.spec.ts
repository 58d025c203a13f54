import { answer, errorAnswer, type ScriptedAnswer } from '../../support/simulator-answers.js';
import { until } from '../../support/upload-server.js';
import { RoutingBench } from './routing-bench.js';

let bench: RoutingBench;
beforeAll(async () => {
  bench = await RoutingBench.start();
});
afterAll(async () => bench.close());
let key: { id: string; key: string };
beforeEach(async () => {
  key = await bench.gateway.createKey();
  bench.key = key.key;
});
afterEach(async () => {
  await bench.expectAftermath();
  await bench.clear();
});

/** What the key of the test has spent. */
async function spentUsd(): Promise<number> {
  return (await bench.gateway.admin('GET', `keys/${key.id}`)).body.spend_usd;
}

const json =
  (body: object): (() => ScriptedAnswer) =>
  () =>
    answer(200, body);
const text = 'The beach was a popular spot.';
const segment = { id: 0, text, start: 0, end: 2 };

/** What upstreams give although they were asked for something else. */
const unusable: readonly { what: string; fields: Record<string, string>; fails: () => ScriptedAnswer }[] = [
  { what: 'plain JSON for srt', fields: { response_format: 'srt' }, fails: json({ text }) },
  { what: 'plain JSON for vtt', fields: { response_format: 'vtt' }, fails: json({ text }) },
  { what: 'plain JSON for verbose_json', fields: { response_format: 'verbose_json' }, fails: json({ text }) },
  {
    what: 'no words where words were asked for',
    fields: { response_format: 'verbose_json', 'timestamp_granularities[]': 'word' },
    fails: json({ task: 'transcribe', language: 'english', duration: 2, text, words: null }),
  },
  {
    what: 'segments where words were asked for',
    fields: { response_format: 'verbose_json', 'timestamp_granularities[]': 'word' },
    fails: json({ task: 'transcribe', language: 'english', duration: 2, text, segments: [segment] }),
  },
  {
    what: 'segments without their texts for srt',
    fields: { response_format: 'srt' },
    fails: json({
      text,
      duration: 1,
      segments: [
        { start: 0, end: 0.5 },
        { start: 0.5, end: 1, text: null },
      ],
    }),
  },
  {
    what: 'segments without their texts for verbose_json',
    fields: { response_format: 'verbose_json' },
    fails: json({ text, language: 'english', duration: 1, segments: [{ ...segment, text: '' }] }),
  },
  {
    what: 'the first words of many for srt',
    fields: { response_format: 'srt' },
    fails: json({ text, duration: 1, words: [{ word: 'The', start: 0, end: 0.5 }] }),
  },
  {
    what: 'the first of many segments for vtt',
    fields: { response_format: 'vtt' },
    fails: json({ text, duration: 1, segments: [{ text: 'The beach', start: 0, end: 0.5 }] }),
  },
  { what: 'JSON without a transcript', fields: {}, fails: json({ task: 'transcribe', duration: 2 }) },
];

describe('an answer that cannot be used', () => {
  it.each(unusable)('is followed by the next deployment, and booked: $what', async ({ fields, fails }) => {
    await bench.createModel('main', { first: {}, second: {} });
    await bench.script({ first: [fails()] });
    const { response, tried, row } = await bench.send(fields);
    expect([response.status, tried]).toEqual([200, 'first:bad_response second:success']);
    const [first, second] = row.attempts;
    // whisper-1 is billed by the length of the audio, which nobody has told: ours.
    expect(first).toMatchObject({ cost_usd: 0.0001, cost_estimated: true, upstream_status: 200 });
    expect(second).toMatchObject({ cost_estimated: false });
    expect(row.cost_usd).toBeCloseTo(first.cost_usd + second.cost_usd, 9);
    expect(response.headers.get('x-auricle-cost-usd')).toBe(String(row.cost_usd));
    expect(row.cost_estimated).toBe(true);
    expect(row.cost_steps).toHaveLength(2);
    expect(await spentUsd()).toBe(row.cost_usd);
  });

  it('is booked by the usage that it tells', async () => {
    await bench.createModel('main', { first: {}, second: {} });
    await bench.script({ first: [answer(200, { text, usage: { type: 'duration', seconds: 60 } })] });
    const { row } = await bench.send({ response_format: 'srt' });
    expect(row.attempts[0]).toMatchObject({ outcome: 'bad_response', cost_usd: 0.006, cost_estimated: false });
  });

  it('is bought at most twice from the same deployment, and both times are booked', async () => {
    await bench.createModel('main', { only: {} });
    await bench.script({ only: [answer(200, { duration: 2 }), answer(200, '')] });
    const { response, tried, row } = await bench.send();
    expect([response.status, tried]).toEqual([502, 'only:bad_response only:bad_response']);
    const costs = row.attempts.map((it: { cost_usd: number }) => it.cost_usd);
    expect(row.cost_usd).toBeCloseTo(costs[0] + costs[1], 9);
    expect(row.cost_usd).toBeGreaterThan(0);
    expect(await spentUsd()).toBe(row.cost_usd);
  });

  it('is better than none where only its times are missing: one stretch as long as the recording', async () => {
    await bench.createModel('main', { only: {} });
    await bench.script({ only: [answer(200, { text })] });
    const srt = await bench.send({ response_format: 'srt' });
    expect([srt.response.status, srt.tried]).toEqual([200, 'only:bad_response']);
    expect(srt.text).toBe(`1\n00:00:00,000 --> 00:00:01,000\n${text}\n\n`);
    expect(srt.response.headers.get('x-auricle-warning')).toMatch(/not complete/);
    expect(srt.row).toMatchObject({ status: 'success', error_code: null });
    expect(srt.row.warnings).toEqual([expect.stringMatching(/timestamps/)]);
    await bench.script({ only: [answer(200, { text })] });
    const verbose = JSON.parse((await bench.send({ response_format: 'verbose_json' })).text);
    expect(verbose).toMatchObject({ text, duration: 1, segments: [{ text, start: 0, end: 1 }] });
  });

  it.each<[string, object]>([
    [
      'the texts',
      {
        segments: [
          { start: 0, end: 0.5 },
          { start: 0.5, end: 1 },
        ],
      },
    ],
    ['most of the words', { words: [{ word: 'The', start: 0, end: 0.5 }] }],
    ['most of the segments', { segments: [{ text: 'The beach', start: 0, end: 0.5 }] }],
    ['times within the recording', { segments: [{ text, start: 100, end: 101 }] }],
    [
      'times in seconds',
      {
        segments: [
          { text: 'The beach', start: 0, end: 300 },
          { text: 'was a popular spot.', start: 300, end: 900 },
        ],
      },
    ],
  ])('loses nothing of what was said where its list has not %s', async (_what, lists) => {
    await bench.createModel('main', { only: {} });
    await bench.script({ only: [answer(200, { text, language: 'english', duration: 1, ...lists })] });
    const { response, text: srt } = await bench.send({ response_format: 'srt' });
    expect([response.status, srt]).toEqual([200, `1\n00:00:00,000 --> 00:00:01,000\n${text}\n\n`]);
    expect(response.headers.get('x-auricle-warning')).toMatch(/not complete/);
  });

  it('is completed where what is missing can be made, and keeps what OpenAI does not define', async () => {
    const own = { text, language: 'en', extra: 7, segments: [{ text, start: 0, end: 1, score: 0.5 }] };
    await bench.createModel('main', { only: {} });
    await bench.script({ only: [answer(200, own)] });
    const { response, text: body, tried } = await bench.send({ response_format: 'verbose_json' });
    expect([response.status, tried]).toEqual([200, 'only:success']);
    expect(JSON.parse(body)).toEqual({
      ...own,
      task: 'transcribe',
      language: 'english',
      duration: 1,
      segments: [
        {
          id: 0,
          seek: 0,
          start: 0,
          end: 1,
          text,
          tokens: [],
          temperature: 0,
          avg_logprob: 0,
          compression_ratio: 1,
          no_speech_prob: 0,
          score: 0.5,
        },
      ],
    });
  });

  it('reaches the client byte for byte where it is whole', async () => {
    const body =
      '{ "text":"Hi.",  "language":"english","duration":1.0,"segments":[],"words":[{"word":"Hi","start":0,"end":1}]}';
    await bench.createModel('main', { only: {} });
    await bench.script({ only: [answer(200, body, { 'content-type': 'application/json' })] });
    const sent = await bench.send({ response_format: 'verbose_json', 'timestamp_granularities[]': 'word' });
    expect([sent.text, sent.tried]).toEqual([body, 'only:success']);
  });
});

describe('an empty transcript', () => {
  const silence = (seconds: number) => answer(200, { text: '', duration: seconds, language: 'english', segments: [] });

  it.each([
    ['srt', ''],
    ['vtt', 'WEBVTT\n\n'],
    ['text', '\n'],
  ])('is an answer in %s', async (response_format, body) => {
    await bench.createModel('main', {
      only: { provider: 'openai-compatible', settings: { formats: ['verbose_json'] } },
    });
    await bench.script({ only: [silence(1)] });
    const { response, text: sent, tried, row } = await bench.send({ response_format });
    expect([response.status, sent, tried]).toEqual([200, body, 'only:success']);
    expect(row.warnings).toEqual([expect.stringContaining('price')]);
  });

  it.each([
    ['json', '{"text":""}'],
    ['text', '\n'],
    ['srt', ''],
    ['vtt', 'WEBVTT\n\n'],
    ['verbose_json', expect.stringMatching(/"text":"","segments":\[\]/)],
  ])('is what a provider means that fails because nobody speaks, for nothing, in %s', async (response_format, body) => {
    await bench.createModel('main', { only: {} });
    await bench.script({ only: [errorAnswer(400, { message: 'No speech was detected in the audio.' })] });
    const { response, text: sent, tried, row } = await bench.send({ response_format });
    expect([response.status, sent, tried]).toEqual([200, body, 'only:success']);
    expect(row).toMatchObject({ status: 'success', cost_usd: 0, cost_estimated: false, warnings: [] });
    expect((await bench.simulator('only')).requests).toHaveLength(1);
  });

  it('is what a provider means that does not even begin its stream', async () => {
    await bench.createModel('main', { only: { upstream_model: 'gpt-4o-transcribe' } });
    await bench.script({ only: [errorAnswer(400, { message: 'Audio contains no speech', code: 'no_speech' })] });
    const { response, text: sent, tried, row } = await bench.send({ stream: 'true' });
    expect([response.status, tried]).toEqual([200, 'only:success']);
    expect(sent).toBe('data: {"type":"transcript.text.done","text":""}\n\ndata: [DONE]\n\n');
    expect(row).toMatchObject({ status: 'success', cost_usd: 0 });
  });

  it('of a long recording is worth a warning', async () => {
    await bench.createModel('main', { only: {} });
    await bench.script({ only: [silence(20)] });
    const { response, row } = await bench.send({ response_format: 'verbose_json' });
    expect(response.status).toBe(200);
    expect(row.warnings).toContain('the provider heard nothing in 20 s of audio');
    expect(response.headers.get('x-auricle-warning')).toContain('heard nothing');
  });
});

describe('a stream that its client leaves', () => {
  it('is booked by the measured length when the usage has not been told', async () => {
    await bench.createModel('main', { only: { upstream_model: 'gpt-4o-transcribe' } });
    let leave = (): void => undefined;
    const left = new Promise<void>((resolve) => (leave = resolve));
    const held: ScriptedAnswer = {
      run: async (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(`data: ${JSON.stringify({ type: 'transcript.text.delta', delta: text })}\n\n`);
        await left;
        response.end();
      },
    };
    await bench.script({ only: [held] });
    const controller = new AbortController();
    const response = await bench.ask({ stream: 'true' }, { signal: controller.signal });
    await response.body?.getReader().read();
    controller.abort();
    const id = response.headers.get('x-request-id') ?? '';
    await until(async () => (await bench.gateway.logs(`request_id=${id}`)).length === 1);
    const row = await bench.row(id);
    leave();
    expect(row).toMatchObject({ status: 'cancelled', cost_estimated: true, attempts: [{ outcome: 'aborted' }] });
    expect(row.cost_usd).toBeCloseTo(0.0001, 9);
    expect(await spentUsd()).toBe(row.cost_usd);
  });
});
