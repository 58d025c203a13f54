import { describeAdapterContract, plainRequest } from '../../../test/support/adapter-contract.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../../../test/support/openai-simulator.js';
import { eventStream } from '../../../test/support/simulator-answers.js';
import {
  diarizedAnswer,
  jsonAnswers,
  SPOKEN,
  srtAnswer,
  textAnswer,
  verboseAnswer,
  vttAnswer,
} from '../../../test/support/simulator-fixtures.js';
import { planFormat } from '../../domain/format-plan.js';
import type { TranscriptionRequest } from '../../domain/transcription.js';
import type { ProviderCall } from '../provider-adapter.js';
import { ProviderHttp } from '../provider-http.js';
import { openAi, openAiSettingsSchema, type OpenAiSettings } from './openai.adapter.js';
import { openAiModels } from './openai.models.js';
import { tokenUsage } from '../../domain/usage.js';

const gpt4oModels = ['gpt-4o-transcribe', 'gpt-4o-mini-transcribe', 'gpt-4o-mini-transcribe-2025-12-15'];

describeAdapterContract('openai', {
  create: openAi,
  start: () => OpenAiSimulator.start(),
  apiBase: (upstream) => upstream.url,
  settings: {},
  apiKey: SIMULATOR_KEY,
  credential: { header: 'authorization', value: `Bearer ${SIMULATOR_KEY}` },
  upstreamModel: 'gpt-4o-transcribe',
  spoken: SPOKEN,
  errorBody: (message) => ({ error: { message, type: 'x', param: null, code: null } }),
  audioOf: (request) => request.file?.bytes,
  native: [
    { model: 'whisper-1', format: 'json', body: JSON.stringify(jsonAnswers.whisper) },
    { model: 'whisper-1', format: 'text', body: textAnswer },
    { model: 'whisper-1', format: 'srt', body: srtAnswer },
    { model: 'whisper-1', format: 'vtt', body: vttAnswer },
    { model: 'whisper-1', format: 'verbose_json', body: JSON.stringify(verboseAnswer('transcribe', [])) },
    ...gpt4oModels.flatMap((model) => [
      { model, format: 'json' as const, body: JSON.stringify(jsonAnswers.gpt4o) },
      { model, format: 'text' as const, body: textAnswer },
    ]),
    { model: 'gpt-4o-transcribe-diarize', format: 'json', body: JSON.stringify(jsonAnswers.gpt4o) },
    { model: 'gpt-4o-transcribe-diarize', format: 'text', body: textAnswer },
    { model: 'gpt-4o-transcribe-diarize', format: 'diarized_json', body: JSON.stringify(diarizedAnswer) },
    { model: 'gpt-transcribe', format: 'json', body: JSON.stringify(jsonAnswers.gptTranscribe) },
  ],
  streaming: {
    model: 'gpt-4o-transcribe',
    format: 'json',
    opening: () =>
      eventStream(
        (async function* () {
          yield { type: 'transcript.text.delta', delta: 'The beach' };
          await new Promise<never>(() => {});
        })(),
      ),
  },
});

describe('openai', () => {
  let upstream: OpenAiSimulator;
  const http = new ProviderHttp();
  const adapter = openAi(http);

  beforeEach(async () => {
    upstream = await OpenAiSimulator.start();
  });
  afterEach(() => upstream.close());
  afterAll(() => http.onModuleDestroy());

  function callFor(
    upstreamModel: string,
    request: Partial<TranscriptionRequest>,
    settings: OpenAiSettings = {},
  ): ProviderCall<OpenAiSettings> {
    return {
      request: plainRequest(request),
      upstreamModel,
      upstreamFormat: request.responseFormat ?? 'json',
      apiBase: upstream.url,
      apiKey: SIMULATOR_KEY,
      settings,
      signal: new AbortController().signal,
    };
  }

  it('sends organisation and project only where the settings name them', async () => {
    await adapter.transcribe(callFor('whisper-1', {}, { organization: 'org-1', project: 'proj_2' }));
    await adapter.transcribe(callFor('whisper-1', {}));
    const [named, bare] = upstream.requests.map((it) => it.headers);
    expect(named).toMatchObject({ 'openai-organization': 'org-1', 'openai-project': 'proj_2' });
    expect(bare).not.toHaveProperty('openai-organization');
    expect(bare).not.toHaveProperty('openai-project');
  });

  it.each([{ organisation: 'typo' }, { organization: 'two\r\nlines' }, { project: '' }])(
    'refuses the settings %j',
    (settings) => {
      expect(openAiSettingsSchema.safeParse(settings).success).toBe(false);
    },
  );

  it('asks a diarizing model for automatic chunking unless the client chose', async () => {
    const diarize = 'gpt-4o-transcribe-diarize';
    await adapter.transcribe(callFor(diarize, { responseFormat: 'diarized_json' }));
    expect(upstream.lastRequest.value('chunking_strategy')).toBe('auto');
    await adapter.transcribe(callFor(diarize, { chunkingStrategy: { type: 'server_vad', threshold: 0.4 } }));
    expect(upstream.lastRequest.keys).not.toContain('chunking_strategy');
    expect(upstream.lastRequest.value('chunking_strategy[type]')).toBe('server_vad');
    await adapter.transcribe(callFor('gpt-4o-transcribe', {}));
    expect(upstream.lastRequest.keys.join()).not.toContain('chunking');
  });

  it('reads speakers, tokens and request id', async () => {
    const result = await adapter.transcribe(callFor('gpt-4o-transcribe-diarize', { responseFormat: 'diarized_json' }));
    expect(result).toMatchObject({
      durationSeconds: 8.47,
      upstreamRequestId: 'req_simulated',
      usage: { type: 'duration', seconds: 9 },
      segments: [
        { speaker: 'agent', startSeconds: 0, endSeconds: 3.3 },
        { speaker: 'A', text: 'People were swimming.' },
      ],
    });
    await expect(adapter.transcribe(callFor('gpt-4o-transcribe', {}))).resolves.toMatchObject({
      usage: tokenUsage({ audio: 12, text: 2, output: 45 }),
    });
  });

  it('translates at its own endpoint', async () => {
    const result = await adapter.transcribe(
      callFor('whisper-1', { task: 'translate', responseFormat: 'verbose_json' }),
    );
    expect(upstream.lastRequest.path).toBe('/v1/audio/translations');
    expect(result).toMatchObject({ text: SPOKEN, language: 'english', segments: [{}, {}] });
  });

  it('repeats array keys with brackets', async () => {
    await adapter.transcribe(
      callFor('whisper-1', { responseFormat: 'verbose_json', granularities: ['word', 'segment'] }),
    );
    expect(upstream.lastRequest.values('timestamp_granularities[]')).toEqual(['word', 'segment']);
    const reference = 'data:audio/wav;base64,UklGRg==';
    await adapter.transcribe(
      callFor('gpt-4o-transcribe-diarize', {
        responseFormat: 'diarized_json',
        speakers: { names: ['agent', 'caller'], references: [reference, reference] },
      }),
    );
    expect(upstream.lastRequest.values('known_speaker_names[]')).toEqual(['agent', 'caller']);
    expect(upstream.lastRequest.values('known_speaker_references[]')).toEqual([reference, reference]);
    await adapter.transcribe(callFor('gpt-transcribe', { keywords: ['Auricle', 'Äther'], languages: ['en', 'de'] }));
    expect(upstream.lastRequest.values('keywords[]')).toEqual(['Auricle', 'Äther']);
    expect(upstream.lastRequest.values('languages[]')).toEqual(['en', 'de']);
    await adapter.transcribe(callFor('gpt-4o-transcribe', { include: ['logprobs'] }));
    expect(upstream.lastRequest.values('include[]')).toEqual(['logprobs']);
  });

  it.each(Object.keys(openAiModels))('offers formats of %s that the provider accepts', async (model) => {
    const capabilities = adapter.capabilities(model);
    for (const responseFormat of capabilities.formats) {
      expect(planFormat(capabilities, plainRequest({ responseFormat }))).toMatchObject({ mode: 'native' });
      await expect(adapter.transcribe(callFor(model, { responseFormat }))).resolves.toMatchObject({
        native: { format: responseFormat },
      });
    }
  });

  it('makes subtitles from speaker segments', () => {
    const plan = planFormat(adapter.capabilities('gpt-4o-transcribe-diarize'), plainRequest({ responseFormat: 'srt' }));
    expect(plan).toEqual({ mode: 'synthesised', upstreamFormat: 'diarized_json' });
  });

  it.each([
    ['gpt-4o-transcribe-diarize-2027', { diarization: true }],
    ['gpt-4o-transcribe-2025-03-20', { diarization: false, streaming: true, formats: ['json', 'text'] }],
    ['whisper-2', { tasks: ['transcribe', 'translate'] }],
    ['gpt-transcribe-2', { formats: ['json'] }],
    ['toString', { formats: ['json'] }],
  ])('guesses the family of %s', (model, expected) => {
    expect(adapter.capabilities(model)).toMatchObject(expected);
    expect(adapter.capabilities(model).retirement?.date).toBeUndefined();
  });

  it('knows which models are retired when', () => {
    const dates = Object.entries(openAiModels).map(([model, it]) => [model, it.retirement?.date]);
    expect(Object.fromEntries(dates)).toEqual({
      'gpt-transcribe': undefined,
      'gpt-4o-transcribe': '2027-02-26',
      'gpt-4o-mini-transcribe': '2027-02-26',
      'gpt-4o-mini-transcribe-2025-03-20': '2027-01-20',
      'gpt-4o-mini-transcribe-2025-12-15': '2027-02-26',
      'gpt-4o-transcribe-diarize': '2027-02-26',
      'whisper-1': '2027-02-26',
    });
  });
});
