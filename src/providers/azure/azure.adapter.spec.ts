import { collect, describeAdapterContract, plainRequest } from '../../../test/support/adapter-contract.js';
import { listPriceOf } from '../../../test/support/all-providers.js';
import { AzureSimulator, ENTRA_TOKEN } from '../../../test/support/azure-simulator.js';
import { SIMULATOR_KEY } from '../../../test/support/openai-simulator.js';
import { answer, eventStream } from '../../../test/support/simulator-answers.js';
import {
  diarizedAnswer,
  jsonAnswers,
  SPOKEN,
  srtAnswer,
  textAnswer,
  verboseAnswer,
  vttAnswer,
} from '../../../test/support/simulator-fixtures.js';
import { loadSpec } from '../../../test/support/specs.js';
import type { TranscriptionEvent, TranscriptionRequest } from '../../domain/transcription.js';
import type { ProviderCall } from '../provider-adapter.js';
import { ProviderHttp } from '../provider-http.js';
import { azure, azureSettingsSchema, type AzureSettings } from './azure.adapter.js';

describeAdapterContract('azure', {
  create: azure,
  start: () => AzureSimulator.start(),
  apiBase: (upstream) => upstream.origin,
  settings: azureSettingsSchema.parse({}),
  apiKey: SIMULATOR_KEY,
  credential: { header: 'api-key', value: SIMULATOR_KEY },
  upstreamModel: 'gpt-4o-transcribe',
  spoken: SPOKEN,
  errorBody: (message) => ({ error: { code: 'SomeCode', message } }),
  audioOf: (request) => request.file?.bytes,
  native: [
    { model: 'whisper-eu', format: 'json', body: JSON.stringify(jsonAnswers.whisper) },
    { model: 'whisper-eu', format: 'text', body: textAnswer },
    { model: 'whisper-eu', format: 'srt', body: srtAnswer },
    { model: 'whisper-eu', format: 'vtt', body: vttAnswer },
    { model: 'whisper-eu', format: 'verbose_json', body: JSON.stringify(verboseAnswer('transcribe', [])) },
    { model: 'gpt-4o-transcribe', format: 'json', body: JSON.stringify(jsonAnswers.gpt4o) },
    { model: 'gpt4o-mini-transcribe', format: 'text', body: textAnswer },
    { model: 'gpt-4o-transcribe-diarize', format: 'diarized_json', body: JSON.stringify(diarizedAnswer) },
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

describe('azure', () => {
  let upstream: AzureSimulator;
  const http = new ProviderHttp();
  const adapter = azure(http);

  beforeEach(async () => {
    upstream = await AzureSimulator.start();
  });
  afterEach(() => upstream.close());
  afterAll(() => http.onModuleDestroy());

  function callFor(
    deployment: string,
    request: Partial<TranscriptionRequest> = {},
    settings: Partial<AzureSettings> = {},
    over: Partial<ProviderCall<AzureSettings>> = {},
  ): ProviderCall<AzureSettings> {
    return {
      request: plainRequest(request),
      upstreamModel: deployment,
      upstreamFormat: request.responseFormat ?? 'json',
      apiBase: upstream.origin,
      apiKey: SIMULATOR_KEY,
      settings: azureSettingsSchema.parse(settings),
      signal: new AbortController().signal,
      ...over,
    };
  }

  function streamOf(call: ProviderCall<AzureSettings>): AsyncIterable<TranscriptionEvent> {
    if (!adapter.stream) throw new Error('no stream');
    return adapter.stream(call);
  }

  it.each<[string, Partial<AzureSettings>, string]>([
    ['', {}, '/openai/deployments/whisper-eu/audio/transcriptions?api-version=2025-04-01-preview'],
    ['/openai', {}, '/openai/deployments/whisper-eu/audio/transcriptions?api-version=2025-04-01-preview'],
    ['/openai/v1/', {}, '/openai/deployments/whisper-eu/audio/transcriptions?api-version=2025-04-01-preview'],
    ['/openai/deployments', {}, '/openai/deployments/whisper-eu/audio/transcriptions?api-version=2025-04-01-preview'],
    [
      '/openai/deployments/gpt-4o-transcribe',
      {},
      '/openai/deployments/gpt-4o-transcribe/audio/transcriptions?api-version=2025-04-01-preview',
    ],
    [
      '/openai/deployments/hearing/audio/translations?api-version=2024-06-01',
      {},
      '/openai/deployments/hearing/audio/transcriptions?api-version=2024-06-01',
    ],
    [
      '?api-version=2024-06-01',
      { api_version: '2024-10-21' },
      '/openai/deployments/whisper-eu/audio/transcriptions?api-version=2024-10-21',
    ],
    ['', { url_style: 'v1' }, '/openai/v1/audio/transcriptions?api-version=preview'],
    ['/openai/v1', { url_style: 'v1', api_version: 'v1' }, '/openai/v1/audio/transcriptions?api-version=v1'],
  ])('finds its way from the base %j with %j', async (base, settings, path) => {
    const result = await adapter.transcribe(
      callFor('whisper-eu', {}, settings, { apiBase: `${upstream.origin}${base}` }),
    );
    expect(result.text).toBe(SPOKEN);
    expect(upstream.lastRequest.path).toBe(path);
  });

  it('keeps the path of a proxy and quotes the name of a deployment', async () => {
    const apiBase = `${upstream.origin}/team/openai-proxy`;
    await expect(adapter.transcribe(callFor('a/b c', {}, {}, { apiBase }))).rejects.toMatchObject({
      reason: 'misconfigured',
    });
    expect(upstream.lastRequest.path).toBe(
      '/team/openai-proxy/openai/deployments/a%2Fb%20c/audio/transcriptions?api-version=2025-04-01-preview',
    );
  });

  it('translates at its own endpoint', async () => {
    await adapter.transcribe(callFor('whisper-eu', { task: 'translate' }));
    expect(upstream.lastRequest.path).toContain('/whisper-eu/audio/translations?');
  });

  it.each([undefined, 'my-resource'])('needs an endpoint, not %j', async (apiBase) => {
    expect(adapter.defaultApiBase).toBeUndefined();
    await expect(adapter.transcribe(callFor('whisper-eu', {}, {}, { apiBase }))).rejects.toMatchObject({
      name: 'ProviderError',
      reason: 'unknown',
    });
    expect(upstream.requests).toHaveLength(0);
  });

  it('sends a token of Entra ID as bearer and no key beside it', async () => {
    const call = callFor('whisper-eu', {}, { auth: 'bearer' }, { apiKey: ENTRA_TOKEN });
    await expect(adapter.transcribe(call)).resolves.toMatchObject({ text: SPOKEN });
    await expect(adapter.transcribe({ ...call, settings: azureSettingsSchema.parse({}) })).rejects.toMatchObject({
      reason: 'credential_rejected',
    });
  });

  it('names the deployment as the model, which v1 goes by', async () => {
    await adapter.transcribe(callFor('hearing', {}, { url_style: 'v1', base_model: 'gpt-4o-transcribe' }));
    expect(upstream.lastRequest.value('model')).toBe('hearing');
  });

  it("reads Azure's own request id", async () => {
    await expect(adapter.transcribe(callFor('whisper-eu'))).resolves.toMatchObject({
      upstreamRequestId: 'a1b2c3d4-simulated',
    });
  });

  it('chunks automatically where the base model diarizes', async () => {
    await adapter.transcribe(callFor('gpt-4o-transcribe-diarize', { responseFormat: 'diarized_json' }));
    expect(upstream.lastRequest.value('chunking_strategy')).toBe('auto');
  });

  it('streams under a name that says nothing when the base model does', async () => {
    const settings = { base_model: 'gpt-4o-transcribe' };
    expect(adapter.capabilities('hearing', azureSettingsSchema.parse(settings)).streaming).toBe(true);
    const events = await collect(streamOf(callFor('hearing', { stream: true }, settings)));
    expect(events.at(-1)).toMatchObject({ type: 'done', text: SPOKEN });
  });

  it.each<[string, string | undefined, string, object]>([
    [
      'whisper-eu',
      undefined,
      'whisper',
      { formats: expect.arrayContaining(['srt']), tasks: ['transcribe', 'translate'] },
    ],
    [
      'gpt4o-mini-transcribe',
      undefined,
      'gpt-4o-mini-transcribe',
      { formats: ['json', 'text'], streaming: true, retirement: { date: '2027-06-15' } },
    ],
    ['prod_gpt_4o_transcribe', undefined, 'gpt-4o-transcribe', { streaming: true, retirement: { date: '2026-10-15' } }],
    [
      'gpt-4o-transcribe-diarize',
      undefined,
      'gpt-4o-transcribe-diarize',
      { diarization: true, retirement: { date: '2027-04-15' } },
    ],
    [
      'gpt-4o-transcribe',
      'whisper',
      'whisper',
      { granularities: ['word', 'segment'], retirement: { date: '2027-02-26' } },
    ],
    ['hearing', 'gpt-4o-transcribe-diarize', 'gpt-4o-transcribe-diarize', { diarization: true }],
    [
      'our-gpt-transcribe',
      undefined,
      'gpt-transcribe',
      {
        fields: expect.arrayContaining(['prompt', 'keywords', 'languages']),
        streaming: true,
        retirement: { date: '2028-02-01' },
      },
    ],
    ['hearing', undefined, 'hearing', { tasks: ['transcribe'], formats: ['json', 'text'], streaming: false }],
  ])('knows %s of %s as %s', (deployment, base_model, pricedAs, capabilities) => {
    const settings = azureSettingsSchema.parse({ base_model });
    expect(adapter.pricedAs?.(deployment, settings)).toBe(pricedAs);
    expect(adapter.capabilities(deployment, settings)).toMatchObject(capabilities);
    expect(adapter.capabilities(deployment, settings).retirement?.date === undefined).toBe(pricedAs === 'hearing');
    expect(listPriceOf('azure', pricedAs) === undefined).toBe(pricedAs === 'hearing');
  });

  it.each([{ url_style: 'v2' }, { auth: 'basic' }, { api_version: 'a b' }, { base_model: '' }, { deployment: 'x' }])(
    'refuses the settings %j',
    (settings) => {
      expect(azureSettingsSchema.safeParse(settings).success).toBe(false);
    },
  );

  it.each<[string, number, object, object]>([
    [
      'a wrong key, by API Management',
      401,
      { statusCode: 401, message: 'Access denied due to invalid subscription key.' },
      { reason: 'credential_rejected', message: 'Access denied due to invalid subscription key.' },
    ],
    [
      'a wrong key, with the status as code',
      401,
      { error: { code: '401', message: 'Access denied' } },
      { reason: 'credential_rejected', code: undefined },
    ],
    [
      'a used-up call volume',
      403,
      { statusCode: 403, message: 'Out of call volume quota. Quota will be replenished in 01:02:03.' },
      { reason: 'quota_exhausted' },
    ],
    [
      'a rate limit',
      429,
      { error: { code: '429', message: 'Requests have exceeded call rate limit. Please retry after 2 seconds.' } },
      { reason: 'rate_limited', code: undefined },
    ],
    [
      'a missing deployment',
      404,
      { error: { code: 'DeploymentNotFound', message: 'The API deployment for this resource does not exist.' } },
      { reason: 'model_not_found', code: 'DeploymentNotFound' },
    ],
    [
      'a deployment of a model that cannot hear',
      400,
      { error: { code: 'OperationNotSupported', message: 'The transcription operation does not work with gpt-4o.' } },
      { reason: 'model_not_found' },
    ],
    [
      'the content filter',
      400,
      {
        error: {
          code: 'content_filter',
          message: 'The prompt was filtered',
          param: 'prompt',
          inner_error: { code: 'ResponsibleAIPolicyViolation', content_filter_results: {} },
        },
      },
      { reason: 'audio_rejected', code: 'content_filter', param: 'prompt' },
    ],
    [
      'the content filter, with the status as code',
      400,
      { error: { code: '400', message: 'filtered', innererror: { code: 'ResponsibleAIPolicyViolation' } } },
      { reason: 'audio_rejected', code: 'content_filter' },
    ],
    [
      'a format that the model does not know',
      400,
      {
        error: {
          code: 'unsupported_value',
          message: "response_format 'srt' is not compatible",
          param: 'response_format',
        },
      },
      { reason: 'unsupported', param: 'response_format' },
    ],
    [
      'an undecodable file',
      400,
      { error: { message: 'Audio file might be corrupted or unsupported', param: 'file', code: 'invalid_value' } },
      { reason: 'audio_rejected' },
    ],
    ['an internal error', 500, { statusCode: 500, message: 'Internal server error' }, { reason: 'unavailable' }],
  ])('understands %s', async (_what, status, body, expected) => {
    upstream.respondWith(answer(status, body, { 'apim-request-id': 'apim-1' }));
    await expect(adapter.transcribe(callFor('whisper-eu'))).rejects.toMatchObject({
      upstreamStatus: status,
      upstreamRequestId: 'apim-1',
      ...expected,
    });
  });
});

const spec = loadSpec('azure-openai-deployments.json');

(spec ? describe : describe.skip)("azure against Azure's specification", () => {
  it.each([
    ['createTranscriptionRequest', 'transcribe', { language: 'en', granularities: ['word', 'segment'] }],
    ['createTranslationRequest', 'translate', {}],
  ] as const)('sends a %s', async (schema, task, request) => {
    const upstream = await AzureSimulator.start();
    const http = new ProviderHttp();
    await azure(http).transcribe({
      request: plainRequest({ task, prompt: 'A beach.', temperature: 0.2, responseFormat: 'verbose_json', ...request }),
      upstreamModel: 'whisper-eu',
      upstreamFormat: 'verbose_json',
      apiBase: upstream.origin,
      apiKey: SIMULATOR_KEY,
      settings: azureSettingsSchema.parse({}),
      signal: new AbortController().signal,
    });
    const { lastRequest: sent } = upstream;
    const form = Object.fromEntries(
      sent.keys.map((key) => [key, key.endsWith('[]') ? sent.values(key) : (sent.value(key) ?? sent.file?.filename)]),
    );
    const validate = spec?.validator(schema);
    validate?.({ ...form, temperature: Number(form.temperature) });
    expect(validate?.errors ?? []).toEqual([]);
    await http.onModuleDestroy();
    await upstream.close();
  });

  it.each<[string, object]>([
    ['audioResponse', jsonAnswers.whisper],
    ['audioVerboseResponse', verboseAnswer('transcribe', ['word', 'segment'])],
    ['errorResponse', { error: { code: 'DeploymentNotFound', message: 'The API deployment does not exist.' } }],
  ])('is simulated with a true %s', (schema, value) => {
    const validate = spec?.validator(schema);
    validate?.(value);
    expect(validate?.errors ?? []).toEqual([]);
  });
});
