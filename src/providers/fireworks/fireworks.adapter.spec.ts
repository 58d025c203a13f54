import { describeAdapterContract, plainRequest } from '../../../test/support/adapter-contract.js';
import { FireworksSimulator } from '../../../test/support/fireworks-simulator.js';
import { SIMULATOR_KEY } from '../../../test/support/openai-simulator.js';
import { answer } from '../../../test/support/simulator-answers.js';
import { audioFromBytes } from '../../../test/support/simulator-audio.js';
import { SPOKEN, srtAnswer, textAnswer, vttAnswer } from '../../../test/support/simulator-fixtures.js';
import { planFormat } from '../../domain/format-plan.js';
import type { TranscriptionRequest } from '../../domain/transcription.js';
import type { ProviderCall } from '../provider-adapter.js';
import { ProviderHttp } from '../provider-http.js';
import { fireworks, fireworksDialect, fireworksSettingsSchema, type FireworksSettings } from './fireworks.adapter.js';
import { fireworksModels } from './fireworks.models.js';

describeAdapterContract('fireworks', {
  create: fireworks,
  start: () => FireworksSimulator.start(),
  apiBase: (upstream) => upstream.url,
  settings: fireworksSettingsSchema.parse({}),
  apiKey: SIMULATOR_KEY,
  credential: { header: 'authorization', value: `Bearer ${SIMULATOR_KEY}` },
  upstreamModel: 'accounts/acme/deployments/ears',
  spoken: SPOKEN,
  errorBody: (message) => ({ error: message }),
  audioOf: (request) => request.file?.bytes,
  native: Object.keys(fireworksModels).flatMap((model) => [
    { model, format: 'json' as const, body: JSON.stringify({ text: SPOKEN }) },
    { model, format: 'text' as const, body: textAnswer },
    { model, format: 'srt' as const, body: srtAnswer },
    { model, format: 'vtt' as const, body: vttAnswer },
  ]),
});

describe('fireworks', () => {
  let upstream: FireworksSimulator;
  const http = new ProviderHttp();
  const adapter = fireworks(http);

  beforeEach(async () => {
    upstream = await FireworksSimulator.start();
  });
  afterEach(() => upstream.close());
  afterAll(() => http.onModuleDestroy());

  /** As the planner would have it. */
  function callFor(
    request: Partial<TranscriptionRequest>,
    options: Readonly<Record<string, string | readonly string[]>> = {},
  ): ProviderCall<FireworksSettings> {
    const providerOptions = new Map(Object.entries(options).map(([name, value]) => [name, [value].flat()]));
    const plain = plainRequest({ ...request, providerOptions });
    const plan = planFormat(adapter.capabilities('whisper-v3'), plain);
    if (plan.mode === 'refused') throw new Error(plan.explanation);
    return {
      request: plain,
      upstreamModel: 'whisper-v3',
      upstreamFormat: plan.upstreamFormat,
      apiBase: upstream.url,
      apiKey: SIMULATOR_KEY,
      settings: fireworksSettingsSchema.parse({}),
      signal: new AbortController().signal,
    };
  }

  it.each([
    ['whisper-v3', 'https://audio-prod.api.fireworks.ai/v1/audio/transcriptions'],
    ['whisper-v3-turbo', 'https://audio-turbo.api.fireworks.ai/v1/audio/transcriptions'],
  ])('finds %s at its own address', (upstreamModel, url) => {
    expect(fireworksDialect.url?.({ ...callFor({}), apiBase: undefined, upstreamModel })).toBe(url);
  });

  it('repeats granularities without brackets', async () => {
    await adapter.transcribe(callFor({ responseFormat: 'verbose_json', granularities: ['word', 'segment'] }));
    expect(upstream.lastRequest.values('timestamp_granularities')).toEqual(['word', 'segment']);
  });

  it('hands on its own fields', async () => {
    await adapter.transcribe(
      callFor({}, { vad_model: 'silero', alignment_model: 'tdnn_ffn', preprocessing: 'dynamic', diarize: 'FALSE' }),
    );
    expect(upstream.lastRequest.value('vad_model')).toBe('silero');
    expect(upstream.lastRequest.value('alignment_model')).toBe('tdnn_ffn');
    expect(upstream.lastRequest.value('preprocessing')).toBe('dynamic');
    expect(upstream.lastRequest.value('diarize')).toBe('false');
  });

  it('asks for speakers, in the only way in which Fireworks gives them', async () => {
    const result = await adapter.transcribe(callFor({ responseFormat: 'diarized_json' }, { max_speakers: '2' }));
    const sent = upstream.lastRequest;
    expect(sent.value('response_format')).toBe('verbose_json');
    expect(sent.value('diarize')).toBe('true');
    expect(sent.value('max_speakers')).toBe('2');
    expect(sent.values('timestamp_granularities')).toEqual(['segment', 'word']);
    expect(result).toMatchObject({
      text: SPOKEN,
      language: 'english',
      durationSeconds: 9.5,
      segments: [
        { text: 'The beach was a popular spot on a hot summer day.', startSeconds: 0, speaker: 'A' },
        { text: 'People were swimming.', speaker: 'B' },
      ],
      words: expect.arrayContaining([expect.objectContaining({ word: 'People', speaker: 'B' })]),
    });
    expect(result.native).toBeUndefined();
  });

  it.each(['json', 'text', 'srt', 'vtt'] as const)('gives %s of speakers from its richest answer', async (format) => {
    const result = await adapter.transcribe(callFor({ responseFormat: format }, { diarize: 'true' }));
    expect(upstream.lastRequest.value('response_format')).toBe('verbose_json');
    expect(result.native).toBeUndefined();
    expect(result.segments?.map((it) => it.speaker)).toEqual(['A', 'B']);
  });

  it("does not take its verbose_json for OpenAI's", async () => {
    const result = await adapter.transcribe(callFor({ responseFormat: 'verbose_json' }));
    expect(upstream.lastRequest.value('response_format')).toBe('verbose_json');
    expect(result.native).toBeUndefined();
    expect(result).toMatchObject({ language: 'english', durationSeconds: 9.5, segments: [{}, {}], words: undefined });
  });

  it('hands on the address of a recording instead of the file', async () => {
    const audio = audioFromBytes();
    const url = 'https://example.com/a.mp3';
    await expect(adapter.transcribe(callFor({ url, audio }))).resolves.toMatchObject({ text: SPOKEN });
    expect(upstream.lastRequest.value('file')).toBe(url);
    expect(audio.opened).toHaveLength(0);
    expect(adapter.capabilities('whisper-v3').accepts_url).toBe(true);
  });

  it.each<[Partial<TranscriptionRequest>, Record<string, string | string[]>, object]>([
    [{}, { vad_model: 'loud' }, { reason: 'request_rejected', param: 'vad_model' }],
    [{}, { alignment_model: ['mms_fa', 'gentle'] }, { reason: 'request_rejected', param: 'alignment_model' }],
    [{}, { preprocessing: '' }, { reason: 'request_rejected', param: 'preprocessing' }],
    [{}, { diarize: 'perhaps' }, { reason: 'request_rejected', param: 'diarize' }],
    [{}, { diarize: 'true', min_speakers: '0' }, { reason: 'request_rejected', param: 'min_speakers' }],
    [{}, { diarize: 'true', max_speakers: '1.5' }, { reason: 'request_rejected', param: 'max_speakers' }],
    [{}, { max_speakers: '3' }, { reason: 'request_rejected', param: 'max_speakers' }],
    [{}, { colour: 'red' }, { reason: 'request_rejected', param: 'colour' }],
    [{ responseFormat: 'diarized_json' }, { diarize: 'false' }, { reason: 'request_rejected', param: 'diarize' }],
    [{ task: 'translate' }, { diarize: 'true' }, { reason: 'unsupported', param: 'diarize' }],
  ])('refuses %j with %j', async (request, options, expected) => {
    await expect(adapter.transcribe(callFor(request, options))).rejects.toMatchObject({
      name: 'ProviderError',
      ...expected,
    });
    expect(upstream.requests).toHaveLength(0);
  });

  it('translates with the full-size model only', async () => {
    await expect(adapter.transcribe(callFor({ task: 'translate' }))).resolves.toMatchObject({ text: SPOKEN });
    expect(upstream.lastRequest.path).toBe('/v1/audio/translations');
    const translators = ['whisper-v3', 'whisper-v3-turbo', 'accounts/a/deployments/whisper-turbo', 'accounts/a/b'];
    expect(translators.filter((it) => adapter.capabilities(it).tasks.includes('translate'))).toEqual([
      'whisper-v3',
      'accounts/a/b',
    ]);
  });

  it('says when the serverless models ended, and that dedicated ones did not', () => {
    const dateOf = (model: string, settings: object) =>
      adapter.capabilities(model, fireworksSettingsSchema.parse(settings)).retirement?.date;
    expect(dateOf('whisper-v3', {})).toBe('2026-06-10');
    expect(dateOf('whisper-v3-turbo', {})).toBe('2026-06-10');
    expect(dateOf('whisper-v3', { dedicated: true })).toBeUndefined();
    expect(dateOf('accounts/acme/deployments/ears', {})).toBeUndefined();
    expect(adapter.environment.offers_models).toBe(false);
  });

  it.each<[number, object, object]>([
    [401, { error: 'unauthorized' }, { reason: 'credential_rejected', message: 'unauthorized' }],
    [
      400,
      { error: { object: 'error', type: 'invalid_request_error', message: 'could not decode audio' } },
      { reason: 'audio_rejected', message: 'could not decode audio' },
    ],
    [400, { error: 'language xx is not supported' }, { reason: 'unsupported' }],
    [413, { error: 'Request Entity Too Large' }, { reason: 'too_large' }],
    [402, { error: 'Account suspended' }, { reason: 'quota_exhausted' }],
    [404, { error: { message: 'Model not found, inaccessible, and/or not deployed' } }, { reason: 'model_not_found' }],
    [503, { error: 'overloaded' }, { reason: 'unavailable' }],
  ])('understands %i %j', async (status, body, expected) => {
    upstream.respondWith(answer(status, body));
    await expect(adapter.transcribe(callFor({}))).rejects.toMatchObject({ upstreamStatus: status, ...expected });
  });
});
