import { describeAdapterContract, plainRequest } from '../../../test/support/adapter-contract.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../../../test/support/openai-simulator.js';
import { answer } from '../../../test/support/simulator-answers.js';
import { jsonAnswers, SPOKEN, textAnswer, verboseAnswer } from '../../../test/support/simulator-fixtures.js';
import { groqProfile } from '../../../test/support/simulator-profiles.js';
import { planFormat } from '../../domain/format-plan.js';
import type { TranscriptionRequest } from '../../domain/transcription.js';
import type { ProviderCall } from '../provider-adapter.js';
import { ProviderHttp } from '../provider-http.js';
import { groq, type GroqSettings } from './groq.adapter.js';

const models = ['whisper-large-v3', 'whisper-large-v3-turbo'];

describeAdapterContract('groq', {
  create: groq,
  start: () => OpenAiSimulator.start(groqProfile),
  apiBase: (upstream) => upstream.url,
  settings: {},
  apiKey: SIMULATOR_KEY,
  credential: { header: 'authorization', value: `Bearer ${SIMULATOR_KEY}` },
  upstreamModel: 'whisper-large-v3-turbo',
  spoken: SPOKEN,
  errorBody: (message) => ({ error: { message, type: 'x' } }),
  audioOf: (request) => request.file?.bytes,
  native: models.flatMap((model) => [
    { model, format: 'json' as const, body: JSON.stringify(jsonAnswers.whisper) },
    { model, format: 'text' as const, body: textAnswer },
    { model, format: 'verbose_json' as const, body: JSON.stringify(verboseAnswer('transcribe', [])) },
  ]),
});

describe('groq', () => {
  let upstream: OpenAiSimulator;
  const http = new ProviderHttp();
  const adapter = groq(http);

  beforeEach(async () => {
    upstream = await OpenAiSimulator.start(groqProfile);
  });
  afterEach(() => upstream.close());
  afterAll(() => http.onModuleDestroy());

  function callFor(request: Partial<TranscriptionRequest>): ProviderCall<GroqSettings> {
    return {
      request: plainRequest(request),
      upstreamModel: 'whisper-large-v3',
      upstreamFormat: request.responseFormat ?? 'json',
      apiBase: upstream.url,
      apiKey: SIMULATOR_KEY,
      settings: {},
      signal: new AbortController().signal,
    };
  }

  it("reads Groq's own request id from the answer", async () => {
    upstream.respondWith(answer(200, { text: 'Hi.', x_groq: { id: 'req_01abc' } }, { 'x-request-id': 'other' }));
    await expect(adapter.transcribe(callFor({}))).resolves.toMatchObject({ upstreamRequestId: 'req_01abc' });
  });

  it.each([
    [498, { message: 'Flex tier capacity exceeded', type: 'capacity_exceeded' }, 'unavailable'],
    [
      413,
      { message: 'Request Entity Too Large', type: 'invalid_request_error', code: 'request_too_large' },
      'too_large',
    ],
    [
      400,
      { message: 'file must be one of the following types: [flac mp3]', type: 'invalid_request_error' },
      'audio_rejected',
    ],
  ])('understands %i %j', async (status, error, reason) => {
    upstream.respondWith(answer(status, { error }));
    await expect(adapter.transcribe(callFor({}))).rejects.toMatchObject({ reason, message: error.message });
  });

  it.each(['srt', 'vtt'] as const)('times the words of %s', async (responseFormat) => {
    await adapter.transcribe({ ...callFor({ responseFormat }), upstreamFormat: 'verbose_json' });
    expect(upstream.lastRequest.values('timestamp_granularities[]')).toEqual(['word', 'segment']);
  });

  it('hands on the address of a recording', async () => {
    await adapter.transcribe(callFor({ url: 'https://example.com/a.mp3' }));
    expect(upstream.lastRequest.value('url')).toBe('https://example.com/a.mp3');
    expect(upstream.lastRequest.file).toBeUndefined();
    expect(adapter.capabilities('whisper-large-v3').accepts_url).toBe(true);
  });

  it('translates with the full-size model only', async () => {
    await expect(adapter.transcribe(callFor({ task: 'translate' }))).resolves.toMatchObject({ text: SPOKEN });
    expect(upstream.lastRequest.path).toBe('/v1/audio/translations');
    const translators = [
      'whisper-large-v3',
      'whisper-large-v3-turbo',
      'distil-whisper-large-v3-en',
      'whisper-large-v4',
    ];
    expect(translators.filter((it) => adapter.capabilities(it).tasks.includes('translate'))).toEqual([
      'whisper-large-v3',
      'whisper-large-v4',
    ]);
  });

  it('has no subtitles of its own and no stream', () => {
    const plan = planFormat(adapter.capabilities('whisper-large-v3'), plainRequest({ responseFormat: 'vtt' }));
    expect(plan).toEqual({ mode: 'synthesised', upstreamFormat: 'verbose_json' });
    expect(adapter.stream).toBeUndefined();
  });
});
