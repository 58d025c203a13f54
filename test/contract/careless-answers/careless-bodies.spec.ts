import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { unfinishedJob, UPLOAD_URL } from '../../support/assemblyai-fixtures.js';
import { blockedAnswer, contentAnswer } from '../../support/gemini-fixtures.js';
import { answer, emptyBody, errorAnswer, type ScriptedAnswer } from '../../support/simulator-answers.js';
import { simulators } from '../../support/simulators.js';
import { AdapterBench } from '../adapter-bench.js';
import { jobAnswers } from './careless-answers.js';

const bench = new AdapterBench();
afterAll(() => bench.close());

const JSON_TYPE = { 'content-type': 'application/json' };
const everybody = simulators.map(({ provider }) => provider);

/** A plain transcript in every provider's words, without what nobody needs. */
const plainBodies: Readonly<Record<string, object>> = {
  deepgram: { results: { channels: [{ alternatives: [{ transcript: 'So it is.' }] }] } },
  gemini: { candidates: [{ content: { parts: [{ text: 'So it is.' }] }, finishReason: 'STOP' }] },
  cloudflare: { result: { text: 'So it is.' }, success: true, errors: [], messages: [] },
  assemblyai: { ...unfinishedJob('queued', {}), status: 'completed', text: 'So it is.' },
};
const bodyOf = (provider: string): object => plainBodies[provider] ?? { text: 'So it is.' };

/** Of AssemblyAI's calls the last one has the transcript. */
const around = (provider: string, last: ScriptedAnswer): readonly ScriptedAnswer[] =>
  provider === 'assemblyai'
    ? [answer(200, { upload_url: UPLOAD_URL }), answer(200, unfinishedJob('queued', {})), last]
    : [last];

const encodings: readonly (readonly [string, (body: Buffer) => Buffer])[] = [
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
];

it.each(everybody.flatMap((provider) => encodings.map(([name, encode]) => [provider, name, encode] as const)))(
  '%s: %s is read although nobody asked for it',
  async (provider, name, encode) => {
    const body = encode(Buffer.from(JSON.stringify(bodyOf(provider))));
    const scripted = answer(200, body, { ...JSON_TYPE, 'content-encoding': name });
    await expect(bench.transcribe(provider, around(provider, scripted))).resolves.toMatchObject({ text: 'So it is.' });
  },
);

it.each(everybody)('%s: a byte order mark is ignored', async (provider) => {
  const scripted = answer(200, `\uFEFF${JSON.stringify(bodyOf(provider))}`, JSON_TYPE);
  const result = await bench.transcribe(provider, around(provider, scripted));
  expect(result.text).toBe('So it is.');
  expect(result.native?.body.toString() ?? '{').toMatch(/^\{/);
});

const compressedErrors: readonly (readonly [string, Buffer])[] = [
  ['gzip', gzipSync(JSON.stringify({ error: { message: 'so it is' }, detail: 'so it is' }))],
];
it.each(everybody.flatMap((provider) => compressedErrors.map((it) => [provider, ...it] as const)))(
  '%s: an error in %s is read',
  async (provider, name, body) => {
    const scripted = answer(400, body, { ...JSON_TYPE, 'content-encoding': name });
    await expect(bench.transcribe(provider, [scripted])).rejects.toMatchObject({ message: 'so it is' });
  },
);

it.each(everybody)('%s: an empty body is no answer', async (provider) => {
  await expect(bench.transcribe(provider, around(provider, emptyBody()))).rejects.toMatchObject({
    reason: 'bad_response',
    upstreamStatus: 200,
  });
});

it.each(everybody)('%s: an error is one, whatever its status says', async (provider) => {
  const error = { message: 'The upstream is overloaded', type: 'server_error', code: 503 };
  for (const body of [{ error }, { error: 'The upstream is overloaded' }, { detail: { error } }]) {
    await expect(bench.transcribe(provider, [answer(200, body)])).rejects.toMatchObject({
      reason: 'unavailable',
      message: 'The upstream is overloaded',
      upstreamStatus: 200,
    });
  }
});

const openAiLike = ['openai', 'azure', 'groq', 'fireworks', 'together', 'deepinfra', 'openai-compatible'];

it.each(openAiLike)('%s: an error in place of a transcript is judged by its code', async (provider) => {
  const failure = bench.transcribe(provider, [errorAnswer(200, { message: 'slow down', code: 'rate_limit_exceeded' })]);
  await expect(failure).rejects.toMatchObject({ reason: 'rate_limited', message: 'slow down' });
  const coded = bench.transcribe(provider, [errorAnswer(200, { message: 'who are you', code: '401' })]);
  await expect(coded).rejects.toMatchObject({ reason: 'credential_rejected' });
});

it.each(['json', 'text', 'srt', 'vtt', 'verbose_json'] as const)(
  'an error in place of %s is no transcript, with or without its label',
  async (format) => {
    for (const headers of [JSON_TYPE, { 'content-type': 'text/plain' }, {}]) {
      const scripted = answer(200, JSON.stringify({ error: { message: 'oh no' } }), headers);
      await expect(bench.transcribe('openai', [scripted], { format })).rejects.toMatchObject({ message: 'oh no' });
    }
  },
);

it('a transcript beside a warning is a transcript', async () => {
  const scripted = answer(200, { text: 'So it is.', error: 'deprecated', detail: null });
  await expect(bench.transcribe('openai', [scripted])).resolves.toMatchObject({ text: 'So it is.' });
});

const streaming = [
  { provider: 'openai', upstreamModel: 'gpt-4o-transcribe' },
  { provider: 'mistral', upstreamModel: 'voxtral-mini-latest' },
  { provider: 'gemini', upstreamModel: 'gemini-2.5-flash' },
];

it.each(streaming)('$provider: an error in place of a stream is one', async ({ provider, upstreamModel }) => {
  const scripted = answer(200, { error: { message: 'The upstream is overloaded' } });
  await expect(bench.stream(provider, [scripted], { upstreamModel })).rejects.toMatchObject({
    reason: 'unavailable',
    message: 'The upstream is overloaded',
  });
});

it.each(streaming)('$provider: a whole answer in place of a stream is told', async ({ provider, upstreamModel }) => {
  const events = await bench.stream(provider, [answer(200, bodyOf(provider))], { upstreamModel });
  expect(events.map(({ type }) => type)).toEqual(['relay', 'done']);
  expect(events.at(-1)).toMatchObject({ text: 'So it is.' });
});

it.each(streaming)('$provider: a compressed stream is read', async ({ provider, upstreamModel }) => {
  const lines =
    provider === 'gemini'
      ? [JSON.stringify(bodyOf('gemini'))]
      : [
          JSON.stringify({
            type: provider === 'openai' ? 'transcript.text.done' : 'transcription.done',
            text: 'So it is.',
          }),
        ];
  const body = gzipSync(`\uFEFF${lines.map((line) => `data: ${line}\n\n`).join('')}`);
  const scripted = answer(200, body, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' });
  const events = await bench.stream(provider, [scripted], { upstreamModel });
  expect(events.at(-1)).toMatchObject({ type: 'done', text: 'So it is.' });
});

/** Answers that tell what they cost and nothing else. */
const billed: readonly (readonly [string, readonly ScriptedAnswer[], object])[] = [
  ...openAiLike.map(
    (provider) =>
      [
        provider,
        [answer(200, { usage: { type: 'duration', seconds: 20 } })],
        { type: 'duration', seconds: 20 },
      ] as const,
  ),
  ['deepgram', [answer(200, { metadata: { duration: 20 } })], { type: 'duration', seconds: 20 }],
  ['elevenlabs', [answer(200, { audio_duration_secs: 20 })], { type: 'duration', seconds: 20 }],
  ['mistral', [answer(200, { usage: { prompt_audio_seconds: 20 } })], { type: 'duration', seconds: 20 }],
  [
    'cloudflare',
    [answer(200, { result: { transcription_info: { duration: 20 } }, success: true })],
    { type: 'duration', seconds: 20 },
  ],
  ['gemini', [answer(200, contentAnswer('So it', 'MAX_TOKENS'))], { type: 'tokens', output_tokens: 22 }],
  ['gemini', [answer(200, { ...blockedAnswer('OTHER'), promptFeedback: null })], { type: 'tokens' }],
];

it.each(billed)('%s: what an answer without a transcript costs is told', async (provider, answers, usage) => {
  await expect(bench.transcribe(provider, answers)).rejects.toMatchObject({ reason: 'bad_response', bill: { usage } });
});

it('assemblyai: what a job without a transcript costs is told', async () => {
  const answers = [
    answer(200, { upload_url: UPLOAD_URL }),
    answer(200, unfinishedJob('queued', {})),
    answer(200, { id: 'job', status: 'completed', audio_duration: 20 }),
  ];
  const usage = { type: 'duration', seconds: 20 };
  await expect(bench.transcribe('assemblyai', answers)).rejects.toMatchObject({
    reason: 'bad_response',
    bill: { usage },
  });
});

it('elevenlabs: a transcript that goes to a webhook is not asked for again', async () => {
  const scripted = answer(202, { message: 'Request processed successfully', request_id: 'r', transcription_id: 't' });
  await expect(bench.transcribe('elevenlabs', [scripted])).rejects.toMatchObject({
    reason: 'bad_response',
    upstreamStatus: 202,
    isFinal: true,
  });
});

it('gemini: a transcript that was cut off is not asked for again', async () => {
  await expect(bench.transcribe('gemini', [answer(200, contentAnswer('So it', 'MAX_TOKENS'))])).rejects.toMatchObject({
    reason: 'bad_response',
    isFinal: true,
  });
});

/** Nobody speaks: in every shape in which providers say so. */
const silences: readonly (readonly [string, readonly ScriptedAnswer[]])[] = [
  ...openAiLike.flatMap((provider) =>
    [
      { text: '' },
      { text: null },
      { text: '', segments: [], words: [] },
      { text: null, segments: null, words: null, language: null, duration: 20 },
      { segments: [] },
      { text: '', segments: [{ text: '' }] },
    ].map((body) => [provider, [answer(200, body)]] as const),
  ),
  ...[
    { channels: [{ alternatives: [] }] },
    { channels: [{ alternatives: null }] },
    { channels: [{}] },
    { channels: [{ alternatives: [{ transcript: '', words: [] }] }], utterances: [] },
    { channels: [{ alternatives: [{ transcript: null, words: null }] }] },
    { channels: [{ alternatives: [{}] }] },
  ].map((results) => ['deepgram', [answer(200, { metadata: { duration: 20 }, results })]] as const),
  ...[{ text: '', words: [] }, { text: null, words: [] }, { words: [] }, { text: null }].map(
    (body) => ['elevenlabs', [answer(200, body)]] as const,
  ),
  ...[{ text: '', segments: [] }, { text: null, segments: [] }, { text: null }, { segments: [] }].map(
    (body) => ['mistral', [answer(200, body)]] as const,
  ),
  ...[
    [{ finishReason: 'STOP' }],
    [{ content: {}, finishReason: 'STOP' }],
    [{ content: { role: 'model', parts: [] }, finishReason: 'STOP' }],
    [{ content: { role: 'model', parts: [{ text: '' }] }, finishReason: 'STOP' }],
    [{ content: { role: 'model', parts: null }, finishReason: 'STOP', index: 0 }],
  ].map((candidates) => ['gemini', [answer(200, { candidates })]] as const),
  ...[
    { text: '' },
    { text: null },
    { text: '', segments: [], word_count: 0 },
    { word_count: 0, segments: null },
    { segments: [] },
    { text: null, vtt: 'WEBVTT\n\n' },
  ].map((result) => ['cloudflare', [answer(200, { result, success: true })]] as const),
  ['assemblyai', jobAnswers({ text: '', words: [] })],
  ['assemblyai', jobAnswers({ text: null, words: [] })],
  ['assemblyai', jobAnswers({ text: null, words: null })],
];

it.each(silences.map(([provider, answers], index) => [provider, index, answers] as const))(
  '%s: silence is an answer (%i)',
  async (provider, _index, answers) => {
    const result = await bench.transcribe(provider, answers, { format: 'verbose_json' });
    expect(result.text).toBe('');
    expect(result.words ?? []).toEqual([]);
  },
);

it.each(streaming)('$provider: a silent stream is complete', async ({ provider, upstreamModel }) => {
  const done = {
    openai: { type: 'transcript.text.done', text: '' },
    mistral: { type: 'transcription.done', text: null, segments: [] },
    gemini: { candidates: [{ finishReason: 'STOP' }] },
  }[provider];
  const scripted = answer(200, `data: ${JSON.stringify(done)}\n\n`, { 'content-type': 'text/event-stream' });
  await expect(bench.stream(provider, [scripted], { upstreamModel })).resolves.toMatchObject([
    { type: 'done', text: '' },
  ]);
});

it.each([
  ['text', ''],
  ['text', '\n'],
  ['srt', ''],
  ['srt', '\n'],
  ['vtt', 'WEBVTT\n\n'],
] as const)('openai: silence as %s %j is an answer', async (format, body) => {
  const scripted = answer(200, body, { 'content-type': 'text/plain; charset=utf-8' });
  await expect(bench.transcribe('openai', [scripted], { format })).resolves.toMatchObject({ text: '' });
});
