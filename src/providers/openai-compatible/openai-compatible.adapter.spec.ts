import { collect, describeAdapterContract, plainRequest } from '../../../test/support/adapter-contract.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../../../test/support/openai-simulator.js';
import { answer, eventStream, htmlPage } from '../../../test/support/simulator-answers.js';
import {
  jsonAnswers,
  SPOKEN,
  srtAnswer,
  textAnswer,
  verboseAnswer,
  vttAnswer,
} from '../../../test/support/simulator-fixtures.js';
import { selfHostedProfile } from '../../../test/support/simulator-profiles.js';
import { type FormatPlan, planFormat, planStream, type StreamPlan } from '../../domain/format-plan.js';
import type { ResponseFormat } from '../../domain/transcription.js';
import type { ProviderCall } from '../provider-adapter.js';
import { ProviderHttp } from '../provider-http.js';
import { openAiCompatible } from './openai-compatible.adapter.js';
import { serverNames, type ServerName } from './openai-compatible.servers.js';
import { type OpenAiCompatibleSettings, openAiCompatibleSettingsSchema } from './openai-compatible.settings.js';

const model = 'Systran/faster-whisper-large-v3';

describeAdapterContract('openai-compatible', {
  create: openAiCompatible,
  start: () => OpenAiSimulator.start(selfHostedProfile),
  apiBase: (upstream) => upstream.url,
  settings: {},
  apiKey: SIMULATOR_KEY,
  credential: { header: 'authorization', value: `Bearer ${SIMULATOR_KEY}` },
  upstreamModel: model,
  spoken: SPOKEN,
  errorBody: (message) => ({ detail: message }),
  audioOf: (request) => request.file?.bytes,
  native: [
    { model, format: 'json', body: JSON.stringify(jsonAnswers.whisper) },
    { model, format: 'text', body: textAnswer },
    { model, format: 'srt', body: srtAnswer },
    { model, format: 'vtt', body: vttAnswer },
    { model, format: 'verbose_json', body: JSON.stringify(verboseAnswer('transcribe', [])) },
  ],
});

describe('openai-compatible', () => {
  let upstream: OpenAiSimulator;
  const http = new ProviderHttp();
  const adapter = openAiCompatible(http);

  beforeEach(async () => {
    upstream = await OpenAiSimulator.start(selfHostedProfile);
  });
  afterEach(() => upstream.close());
  afterAll(() => http.onModuleDestroy());

  function callFor(over: Partial<ProviderCall<OpenAiCompatibleSettings>> = {}): ProviderCall<OpenAiCompatibleSettings> {
    return {
      request: plainRequest(),
      upstreamModel: model,
      upstreamFormat: 'json',
      apiBase: upstream.url,
      settings: {},
      signal: new AbortController().signal,
      ...over,
    };
  }

  async function streamed(): Promise<{ type: string; data: string }[]> {
    if (!adapter.stream) throw new Error('no stream');
    return collect(adapter.stream(callFor({ request: plainRequest({ stream: true }) })));
  }

  it('sends no credential where there is none', async () => {
    await adapter.transcribe(callFor());
    expect(upstream.lastRequest.headers).not.toHaveProperty('authorization');
    expect(adapter.needsApiKey).toBe(false);
  });

  it('hands on every field it does not know, with duplicates', async () => {
    const providerOptions = new Map([
      ['hotwords', ['a', 'b', 'a']],
      ['vad_filter', ['true']],
    ]);
    await adapter.transcribe(callFor({ request: plainRequest({ providerOptions }) }));
    expect(upstream.lastRequest.values('hotwords')).toEqual(['a', 'b', 'a']);
    expect(upstream.lastRequest.value('vad_filter')).toBe('true');
    expect(adapter.capabilities(model).options).toBe('any');
  });

  it('needs a base URL', async () => {
    expect(adapter.defaultApiBase).toBeUndefined();
    await expect(adapter.transcribe(callFor({ apiBase: undefined }))).rejects.toMatchObject({
      name: 'ProviderError',
      reason: 'unknown',
      message: 'the openai-compatible deployment names no base URL',
    });
  });

  it('lets the deployment say what its server can do', () => {
    const settings = openAiCompatibleSettingsSchema.parse({
      formats: ['json', 'diarized_json'],
      granularities: [],
      streaming: true,
      diarization: true,
      tasks: ['transcribe'],
      fields: ['language', 'chunking_strategy'],
      max_bytes: 1_000,
    });
    expect(adapter.capabilities(model, settings)).toEqual({ ...settings, options: 'any' });
    expect(adapter.capabilities(model, { streaming: true })).toEqual({
      ...adapter.capabilities(model),
      streaming: true,
    });
  });

  describe.each(serverNames)('with server %s', (server) => {
    it('can be overridden by explicit settings', () => {
      const overrides = { tasks: ['translate'], formats: ['text'], granularities: ['word'], streaming: true } as const;
      const settings = openAiCompatibleSettingsSchema.parse({
        server,
        ...overrides,
        options: ['x'],
        bare_arrays: true,
      });
      const capabilities = adapter.capabilities(model, settings);
      expect(capabilities).toMatchObject({ ...overrides, options: ['x'] });
      expect(capabilities).not.toHaveProperty('server');
      expect(capabilities).not.toHaveProperty('bare_arrays');
    });

    it('knows what it can do, whatever the model', () => {
      const capabilities = adapter.capabilities('toString', { server });
      expect(capabilities.formats).toContain('json');
      expect(capabilities.tasks).toContain('transcribe');
    });
  });

  it.each<[ServerName, string, ResponseFormat, FormatPlan['mode'], StreamPlan]>([
    ['vllm', 'openai/whisper-large-v3', 'srt', 'synthesised', 'whole'],
    ['vllm', 'openai/whisper-large-v3', 'verbose_json', 'synthesised', 'whole'],
    ['vllm', 'openai/whisper-large-v3', 'text', 'synthesised', 'synthesised'],
    ['vllm', 'mistralai/Voxtral-Mini-3B-2507', 'srt', 'refused', 'whole'],
    ['speaches', 'Systran/faster-whisper-large-v3', 'vtt', 'native', 'whole'],
    ['speaches', 'Systran/faster-whisper-large-v3', 'json', 'native', 'relayed'],
    ['speaches', 'istupakov/parakeet-tdt-0.6b-v2-onnx', 'json', 'native', 'synthesised'],
    ['speaches', 'istupakov/parakeet-tdt-0.6b-v2-onnx', 'srt', 'refused', 'whole'],
    ['localai', 'whisper-1', 'srt', 'native', 'whole'],
    ['localai', 'whisper-1', 'text', 'native', 'relayed'],
    ['whisper.cpp', 'any', 'text', 'synthesised', 'synthesised'],
    ['whisper.cpp', 'any', 'vtt', 'native', 'whole'],
  ])('plans for %s with %s: %s is %s, as a stream %s', (server, upstreamModel, responseFormat, mode, stream) => {
    const capabilities = adapter.capabilities(upstreamModel, { server });
    expect(planFormat(capabilities, plainRequest({ responseFormat })).mode).toBe(mode);
    expect(planStream(capabilities, responseFormat)).toBe(stream);
  });

  it.each(serverNames)('takes the verbose_json of %s for its own, in which there are times', async (server) => {
    const request = plainRequest({ responseFormat: 'verbose_json', granularities: ['segment'] });
    const result = await adapter.transcribe(callFor({ settings: { server }, upstreamModel: 'whisper', request }));
    expect(upstream.lastRequest.value('response_format')).toBe('verbose_json');
    expect(result).toMatchObject({ native: undefined, segments: [{ startSeconds: 0 }, {}] });
  });

  it('leaves formats that a server has itself, or that a deployment claims, to it', async () => {
    const asked = async (settings: OpenAiCompatibleSettings, upstreamFormat: ResponseFormat) => {
      const request = plainRequest({ responseFormat: upstreamFormat });
      const result = await adapter.transcribe(callFor({ settings, upstreamFormat, request }));
      return [upstream.lastRequest.value('response_format'), result.native?.format];
    };
    await expect(asked({ server: 'localai' }, 'srt')).resolves.toEqual(['srt', 'srt']);
    await expect(asked({ server: 'vllm', formats: ['json', 'verbose_json'] }, 'verbose_json')).resolves.toEqual([
      'verbose_json',
      'verbose_json',
    ]);
  });

  it('knows which servers report the times of words', () => {
    const withWords = serverNames.filter((server) =>
      adapter.capabilities('whisper', { server }).granularities.includes('word'),
    );
    expect(withWords).toEqual(['localai']);
  });

  it('sends what a server would assume otherwise, unless the client says so', async () => {
    await adapter.transcribe(callFor({ settings: { server: 'whisper.cpp' } }));
    expect(upstream.lastRequest.value('language')).toBe('auto');
    await adapter.transcribe(
      callFor({ settings: { server: 'whisper.cpp' }, request: plainRequest({ language: 'de' }) }),
    );
    expect(upstream.lastRequest.values('language')).toEqual(['de']);
    await adapter.transcribe(callFor({ settings: { server: 'speaches' } }));
    expect(upstream.lastRequest.value('without_timestamps')).toBe('false');
    await adapter.transcribe(callFor({ settings: { server: 'vllm' } }));
    expect(upstream.lastRequest.keys).toEqual(['model', 'response_format', 'file']);
  });

  it('asks whisper.cpp for translations by a field, and the others at their endpoint', async () => {
    const request = plainRequest({ task: 'translate' });
    await adapter.transcribe(callFor({ settings: { server: 'whisper.cpp' }, request }));
    expect(upstream.lastRequest).toMatchObject({ path: '/v1/audio/transcriptions' });
    expect(upstream.lastRequest.value('translate')).toBe('true');
    await adapter.transcribe(callFor({ settings: { server: 'speaches' }, request }));
    expect(upstream.lastRequest).toMatchObject({ path: '/v1/audio/translations' });
    expect(upstream.lastRequest.keys).not.toContain('translate');
    await adapter.transcribe(callFor({ settings: { server: 'whisper.cpp' } }));
    expect(upstream.lastRequest.keys).not.toContain('translate');
  });

  it('asks LocalAI for speakers when the format needs them', async () => {
    const settings: OpenAiCompatibleSettings = { server: 'localai', diarization: true };
    const request = plainRequest({ responseFormat: 'diarized_json' });
    await adapter.transcribe(callFor({ settings, request, upstreamFormat: 'verbose_json' }));
    expect(upstream.lastRequest.value('diarize')).toBe('true');
    await adapter.transcribe(callFor({ settings }));
    expect(upstream.lastRequest.keys).not.toContain('diarize');
  });

  it('spells array keys as the deployment says', async () => {
    const request = plainRequest({ responseFormat: 'verbose_json', granularities: ['word', 'segment'] });
    await adapter.transcribe(callFor({ request, upstreamFormat: 'verbose_json', settings: { bare_arrays: true } }));
    expect(upstream.lastRequest.values('timestamp_granularities')).toEqual(['word', 'segment']);
    await adapter.transcribe(callFor({ request, upstreamFormat: 'verbose_json' }));
    expect(upstream.lastRequest.values('timestamp_granularities[]')).toEqual(['word', 'segment']);
  });

  it.each([
    { server: 'ollama' },
    { options: 'all' },
    { format: ['json'] },
    { formats: [] },
    { formats: ['pdf'] },
    { streaming: 'yes' },
    { max_bytes: 0 },
  ])('refuses the settings %j', (settings) => {
    expect(openAiCompatibleSettingsSchema.safeParse(settings).success).toBe(false);
  });

  it('chunks automatically only on servers that diarize and know the field', async () => {
    await adapter.transcribe(callFor({ settings: { diarization: true } }));
    expect(upstream.lastRequest.keys).not.toContain('chunking_strategy');
    await adapter.transcribe(callFor({ settings: { diarization: true, fields: ['chunking_strategy'] } }));
    expect(upstream.lastRequest.value('chunking_strategy')).toBe('auto');
  });

  it('relays events that nobody knows', async () => {
    const odd = '{"type":"server.heartbeat", "beat":1}';
    upstream.respondWith(eventStream([odd, { type: 'transcript.text.done', text: 'Hi.' }]));
    await expect(streamed()).resolves.toMatchObject([
      { type: 'relay', data: odd },
      { type: 'done', text: 'Hi.' },
    ]);
  });

  it('makes a stream of an answer that came whole', async () => {
    upstream.respondWith(answer(200, { text: 'Hi.' }));
    await expect(streamed()).resolves.toEqual([
      { type: 'relay', data: '{"type":"transcript.text.delta","delta":"Hi."}' },
      { type: 'done', data: '{"type":"transcript.text.done","text":"Hi."}', text: 'Hi.', usage: undefined },
    ]);
  });

  it('makes a stream of a text that came whole', async () => {
    if (!adapter.stream) throw new Error('no stream');
    const settings: OpenAiCompatibleSettings = { server: 'speaches' };
    const request = plainRequest({ task: 'translate', responseFormat: 'text', stream: true });
    const events = await collect(adapter.stream(callFor({ settings, request, upstreamFormat: 'text' })));
    expect(upstream.lastRequest).toMatchObject({ path: '/v1/audio/translations' });
    expect(events.map(({ type }) => type)).toEqual(['relay', 'done']);
    expect(events.at(-1)).toMatchObject({ text: SPOKEN });
  });

  it('takes no page for a stream', async () => {
    upstream.respondWith(htmlPage(200));
    await expect(streamed()).rejects.toMatchObject({ reason: 'bad_response' });
  });
});
