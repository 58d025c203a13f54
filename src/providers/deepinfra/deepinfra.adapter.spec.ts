import { describeAdapterContract, plainRequest } from '../../../test/support/adapter-contract.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../../../test/support/openai-simulator.js';
import { jsonAnswers, SPOKEN, verboseAnswer } from '../../../test/support/simulator-fixtures.js';
import { deepInfraProfile } from '../../../test/support/simulator-profiles.js';
import { planFormat } from '../../domain/format-plan.js';
import { OpenAiProtocolAdapter } from '../openai-compatible/openai-protocol.adapter.js';
import { ProviderHttp } from '../provider-http.js';
import { deepInfraDialect } from './deepinfra.adapter.js';

const MODELS = ['openai/whisper-large-v3', 'openai/whisper-large-v3-turbo'];

describeAdapterContract('deepinfra', {
  create: (http) => new OpenAiProtocolAdapter(http, deepInfraDialect),
  start: () => OpenAiSimulator.start(deepInfraProfile),
  apiBase: (upstream) => upstream.url,
  settings: {},
  apiKey: SIMULATOR_KEY,
  credential: { header: 'authorization', value: `Bearer ${SIMULATOR_KEY}` },
  upstreamModel: 'openai/whisper-large-v3-turbo',
  spoken: SPOKEN,
  errorBody: (message) => ({ detail: { error: message } }),
  audioOf: (request) => request.file?.bytes,
  native: [
    ...MODELS.flatMap((model) => [
      { model, format: 'json' as const, body: JSON.stringify(jsonAnswers.whisper) },
      { model, format: 'verbose_json' as const, body: JSON.stringify(verboseAnswer('transcribe', [])) },
    ]),
    { model: 'mistralai/Voxtral-Mini-3B-2507', format: 'json', body: JSON.stringify(jsonAnswers.whisper) },
  ],
});

describe('deepinfra', () => {
  const http = new ProviderHttp();
  const adapter = new OpenAiProtocolAdapter(http, deepInfraDialect);

  afterAll(() => http.onModuleDestroy());

  it('makes subtitles from verbose_json, and none where there are no times', () => {
    const srt = plainRequest({ responseFormat: 'srt' });
    expect(planFormat(adapter.capabilities('openai/whisper-large-v3'), srt)).toEqual({
      mode: 'synthesised',
      upstreamFormat: 'verbose_json',
    });
    expect(planFormat(adapter.capabilities('mistralai/Voxtral-Small-24B-2507'), srt).mode).toBe('refused');
  });

  it('translates with the full-size whisper only', async () => {
    const translates = (model: string) => adapter.capabilities(model).tasks.includes('translate');
    expect(deepInfraDialect.knownModels.filter(translates)).toEqual(['openai/whisper-large-v3']);
    expect(['distil-whisper/distil-large-v3', 'openai/whisper-large-v3-turbo-vllm'].filter(translates)).toEqual([]);
    const upstream = await OpenAiSimulator.start(deepInfraProfile);
    await adapter.transcribe({
      request: plainRequest({ task: 'translate', prompt: 'x', temperature: 0.5 }),
      upstreamModel: 'openai/whisper-large-v3',
      upstreamFormat: 'json',
      apiBase: upstream.url,
      apiKey: SIMULATOR_KEY,
      settings: {},
      signal: new AbortController().signal,
    });
    expect(upstream.lastRequest.path).toBe('/v1/audio/translations');
    await upstream.close();
  });
});
