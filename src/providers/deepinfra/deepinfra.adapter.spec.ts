import { describeAdapterContract, plainRequest } from '../../../test/support/adapter-contract.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../../../test/support/openai-simulator.js';
import { jsonAnswers, SPOKEN } from '../../../test/support/simulator-fixtures.js';
import { deepInfraProfile } from '../../../test/support/simulator-profiles.js';
import { planFormat } from '../../domain/format-plan.js';
import type { TranscriptionRequest } from '../../domain/transcription.js';
import type { ProviderCall } from '../provider-adapter.js';
import { ProviderHttp } from '../provider-http.js';
import { deepInfra, deepInfraDialect, type DeepInfraSettings } from './deepinfra.adapter.js';

describeAdapterContract('deepinfra', {
  create: deepInfra,
  start: () => OpenAiSimulator.start(deepInfraProfile),
  apiBase: (upstream) => upstream.url,
  settings: {},
  apiKey: SIMULATOR_KEY,
  credential: { header: 'authorization', value: `Bearer ${SIMULATOR_KEY}` },
  upstreamModel: 'openai/whisper-large-v3-turbo',
  spoken: SPOKEN,
  errorBody: (message) => ({ detail: { error: message } }),
  audioOf: (request) => request.file?.bytes,
  native: deepInfraDialect.knownModels.map((model) => ({
    model,
    format: 'json' as const,
    body: JSON.stringify(jsonAnswers.whisper),
  })),
});

describe('deepinfra', () => {
  const http = new ProviderHttp();
  const adapter = deepInfra(http);

  afterAll(() => http.onModuleDestroy());

  function callFor(upstream: OpenAiSimulator, request: Partial<TranscriptionRequest>): ProviderCall<DeepInfraSettings> {
    return {
      request: plainRequest(request),
      upstreamModel: 'openai/whisper-large-v3',
      upstreamFormat: 'json',
      apiBase: upstream.url,
      apiKey: SIMULATOR_KEY,
      settings: {},
      signal: new AbortController().signal,
    };
  }

  it('makes subtitles from verbose_json, and none where there are no times', async () => {
    const upstream = await OpenAiSimulator.start(deepInfraProfile);
    const result = await adapter.transcribe(callFor(upstream, { responseFormat: 'srt' }));
    expect(upstream.lastRequest.value('response_format')).toBe('verbose_json');
    expect(result.segments).toHaveLength(2);
    await upstream.close();
    const voxtral = adapter.capabilities('mistralai/Voxtral-Small-24B-2507');
    expect(planFormat(voxtral, plainRequest({ responseFormat: 'srt' })).mode).toBe('refused');
  });

  it('translates with the full-size whisper only', async () => {
    const translates = (model: string) => adapter.capabilities(model).tasks.includes('translate');
    expect(deepInfraDialect.knownModels.filter(translates)).toEqual(['openai/whisper-large-v3']);
    expect(['distil-whisper/distil-large-v3', 'openai/whisper-large-v3-turbo-vllm'].filter(translates)).toEqual([]);
    const upstream = await OpenAiSimulator.start(deepInfraProfile);
    await adapter.transcribe(callFor(upstream, { task: 'translate', prompt: 'x', temperature: 0.5 }));
    expect(upstream.lastRequest.path).toBe('/v1/audio/translations');
    await upstream.close();
  });
});
