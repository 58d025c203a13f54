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
import type { ProviderCall } from '../provider-adapter.js';
import { ProviderHttp } from '../provider-http.js';
import {
  openAiCompatibleDialect,
  type OpenAiCompatibleSettings,
  openAiCompatibleSettingsSchema,
} from './openai-compatible.adapter.js';
import { OpenAiProtocolAdapter } from './openai-protocol.adapter.js';

const model = 'Systran/faster-whisper-large-v3';

describeAdapterContract('openai-compatible', {
  create: (http) => new OpenAiProtocolAdapter(http, openAiCompatibleDialect),
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
  const adapter = new OpenAiProtocolAdapter(http, openAiCompatibleDialect);

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
      maxBytes: 1_000,
    });
    expect(adapter.capabilities(model, settings)).toEqual({ ...settings, options: 'any' });
    expect(adapter.capabilities(model, { streaming: true })).toEqual({
      ...adapter.capabilities(model),
      streaming: true,
    });
  });

  it.each([{ format: ['json'] }, { formats: [] }, { formats: ['pdf'] }, { streaming: 'yes' }, { maxBytes: 0 }])(
    'refuses the settings %j',
    (settings) => {
      expect(openAiCompatibleSettingsSchema.safeParse(settings).success).toBe(false);
    },
  );

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

  it('takes no page for a stream', async () => {
    upstream.respondWith(htmlPage(200));
    await expect(streamed()).rejects.toMatchObject({ reason: 'bad_response' });
  });
});
