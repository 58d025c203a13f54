import { describeAdapterContract, plainRequest } from '../../../test/support/adapter-contract.js';
import { SIMULATOR_KEY } from '../../../test/support/openai-simulator.js';
import { answer, errorAnswer } from '../../../test/support/simulator-answers.js';
import { SPOKEN } from '../../../test/support/simulator-fixtures.js';
import { TogetherSimulator } from '../../../test/support/together-simulator.js';
import { planFormat } from '../../domain/format-plan.js';
import type { TranscriptionRequest } from '../../domain/transcription.js';
import type { ProviderCall } from '../provider-adapter.js';
import { ProviderHttp } from '../provider-http.js';
import { together, type TogetherSettings } from './together.adapter.js';

const WHISPER = 'openai/whisper-large-v3';

describeAdapterContract('together', {
  create: together,
  start: () => TogetherSimulator.start(),
  apiBase: (upstream) => upstream.url,
  settings: {},
  apiKey: SIMULATOR_KEY,
  credential: { header: 'authorization', value: `Bearer ${SIMULATOR_KEY}` },
  upstreamModel: WHISPER,
  spoken: SPOKEN,
  errorBody: (message) => ({ error: { message, type: 'x', param: null, code: null } }),
  audioOf: (request) => request.file?.bytes,
  native: [
    { model: WHISPER, format: 'json', body: JSON.stringify({ text: SPOKEN }) },
    { model: 'mistralai/Voxtral-Mini-3B-2507', format: 'json', body: JSON.stringify({ text: SPOKEN }) },
  ],
});

describe('together', () => {
  let upstream: TogetherSimulator;
  const http = new ProviderHttp();
  const adapter = together(http);

  beforeEach(async () => {
    upstream = await TogetherSimulator.start();
  });
  afterEach(() => upstream.close());
  afterAll(() => http.onModuleDestroy());

  function callFor(
    request: Partial<TranscriptionRequest>,
    over: Partial<ProviderCall<TogetherSettings>> = {},
  ): ProviderCall<TogetherSettings> {
    return {
      request: plainRequest(request),
      upstreamModel: WHISPER,
      upstreamFormat: request.responseFormat ?? 'json',
      apiBase: upstream.url,
      apiKey: SIMULATOR_KEY,
      settings: {},
      signal: new AbortController().signal,
      ...over,
    };
  }

  it('lets the language be detected where Together would assume English', async () => {
    await adapter.transcribe(callFor({}));
    expect(upstream.lastRequest.value('language')).toBe('auto');
    await adapter.transcribe(callFor({ language: 'de' }));
    expect(upstream.lastRequest.values('language')).toEqual(['de']);
  });

  it('leaves the language of translations alone, which is the one to translate into', async () => {
    await adapter.transcribe(callFor({ task: 'translate' }));
    expect(upstream.lastRequest.path).toBe('/v1/audio/translations');
    expect(upstream.lastRequest.keys).not.toContain('language');
  });

  it('repeats array keys without brackets, the model before the file', async () => {
    await adapter.transcribe(callFor({ responseFormat: 'verbose_json', granularities: ['word', 'segment'] }));
    expect(upstream.lastRequest.values('timestamp_granularities')).toEqual(['word', 'segment']);
    expect(upstream.lastRequest.keys.at(0)).toBe('model');
    expect(upstream.lastRequest.keys.at(-1)).toBe('file');
  });

  it('hands on the address of a recording without reading it', async () => {
    const request = plainRequest({ url: 'https://example.com/a.mp3' });
    await adapter.transcribe(callFor(request));
    expect(upstream.lastRequest.value('file')).toBe('https://example.com/a.mp3');
    expect(request.audio).toMatchObject({ opened: [] });
    expect(adapter.capabilities(WHISPER).accepts_url).toBe(true);
  });

  it.each(['srt', 'vtt', 'verbose_json'] as const)(
    "makes %s from its verbose_json, which is not OpenAI's",
    async (responseFormat) => {
      const result = await adapter.transcribe(callFor({ responseFormat }, { upstreamFormat: 'json' }));
      expect(upstream.lastRequest.value('response_format')).toBe('verbose_json');
      expect(result.segments).toHaveLength(2);
      expect(result.native).toBeUndefined();
    },
  );

  it('tells speakers apart when the format needs them', async () => {
    const capabilities = adapter.capabilities(WHISPER);
    const plan = planFormat(capabilities, plainRequest({ responseFormat: 'diarized_json' }));
    expect(plan).toEqual({ mode: 'synthesised', upstreamFormat: 'json' });
    const result = await adapter.transcribe(callFor({ responseFormat: 'diarized_json' }, { upstreamFormat: 'json' }));
    expect(upstream.lastRequest.value('response_format')).toBe('verbose_json');
    expect(upstream.lastRequest.value('diarize')).toBe('true');
    expect(result).toMatchObject({
      native: undefined,
      segments: [
        { speaker: 'A', startSeconds: 0, endSeconds: 3.3, text: 'The beach was a popular spot on a hot summer day.' },
        { speaker: 'B', startSeconds: 3.4, endSeconds: 8.4, text: 'People were swimming.' },
      ],
      words: [
        { word: 'The', speaker: 'A' },
        { word: 'beach', speaker: 'A' },
      ],
    });
  });

  it('passes on its own fields', async () => {
    const providerOptions = new Map([
      ['diarize', ['True']],
      ['min_speakers', ['1']],
      ['max_speakers', ['3']],
    ]);
    await adapter.transcribe(callFor({ responseFormat: 'verbose_json', providerOptions }));
    expect(providerOptions.get('diarize')).toEqual(['True']);
    expect(['diarize', 'min_speakers', 'max_speakers'].map((it) => upstream.lastRequest.value(it))).toEqual([
      'true',
      '1',
      '3',
    ]);
  });

  it.each<[string, string, Partial<TranscriptionRequest>]>([
    ['diarize', 'maybe', {}],
    ['max_speakers', 'two', {}],
    ['diarize', 'false', { responseFormat: 'diarized_json' }],
  ])('refuses %s=%s before it calls', async (name, value, request) => {
    const providerOptions = new Map([[name, [value]]]);
    await expect(adapter.transcribe(callFor({ ...request, providerOptions }))).rejects.toMatchObject({
      reason: 'request_rejected',
      param: name,
    });
    expect(upstream.requests).toHaveLength(0);
  });

  it.each([
    [413, { message: 'Request too large', code: 'request_too_large' }, 'too_large'],
    [404, { message: 'Unable to access model x', code: 'model_not_available' }, 'model_not_found'],
    [402, { message: 'Payment required' }, 'quota_exhausted'],
  ])('understands %i %j', async (status, error, reason) => {
    upstream.respondWith(errorAnswer(status, error));
    await expect(adapter.transcribe(callFor({}))).rejects.toMatchObject({ reason, message: error.message });
  });

  it('takes a word without a speaker for what it is', async () => {
    upstream.respondWith(answer(200, { text: 'Hi.', words: [{ word: 'Hi.', start: 0, end: 1, speaker_id: null }] }));
    await expect(adapter.transcribe(callFor({}))).resolves.toMatchObject({ words: [{ speaker: undefined }] });
  });

  it.each([
    ['openai/whisper-large-v4', { diarization: true, tasks: ['transcribe', 'translate'] }],
    ['nvidia/parakeet-tdt-0.6b-v3', { diarization: false, granularities: ['word', 'segment'], options: [] }],
    ['mistralai/Voxtral-Small', { formats: ['json'], granularities: [] }],
  ])('guesses the family of %s', (model, expected) => {
    expect(adapter.capabilities(model)).toMatchObject(expected);
  });
});
