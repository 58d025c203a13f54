import { createModelSchema } from '../../src/models/model.schema.js';
import { builtInProviders } from '../../src/providers/built-in-providers.js';
import { ProviderHttp } from '../../src/providers/provider-http.js';
import { ProviderRegistry } from '../../src/providers/provider-registry.js';
import { plainRequest } from './adapter-contract.js';
import { modelBodyOf, simulators, speechModelBodyOf } from './simulators.js';
import { listen, plainSpeech, speakingOf } from './speech-contract.js';

const http = new ProviderHttp();
const registry = new ProviderRegistry(builtInProviders(http));
afterAll(() => http.onModuleDestroy());

describe('the simulators', () => {
  it('are one for each provider, each on a port of its own', () => {
    expect(simulators.map(({ provider }) => provider).toSorted()).toEqual([...registry.names()].toSorted());
    const ports = simulators.map(({ port }) => port);
    expect(ports).toEqual([...new Set(ports)].toSorted());
  });

  it.each(simulators.map((simulator) => [simulator.provider, simulator] as const))(
    'make of %s a model that answers',
    async (provider, simulator) => {
      const server = await simulator.start();
      try {
        const { deployments } = createModelSchema.parse(modelBodyOf(simulator, server));
        const adapter = registry.get(provider);
        const [deployment] = deployments;
        if (!adapter || !deployment) throw new Error('no adapter, or no deployment');
        const result = await adapter.transcribe({
          request: plainRequest(),
          upstreamModel: deployment.upstream_model,
          upstreamFormat: 'json',
          apiBase: deployment.api_base ?? undefined,
          apiKey: deployment.api_key ?? undefined,
          settings: adapter.settings.parse(deployment.settings),
          signal: new AbortController().signal,
        });
        expect(result.text.length).toBeGreaterThan(10);
      } finally {
        await server.close();
      }
    },
  );

  it.each(
    simulators.filter(({ speechModel }) => speechModel).map((simulator) => [simulator.provider, simulator] as const),
  )('make of %s a model that speaks', async (provider, simulator) => {
    const server = await simulator.start();
    try {
      const body = createModelSchema.parse(speechModelBodyOf(simulator, server));
      const adapter = registry.get(provider);
      const [deployment] = body.deployments;
      if (!adapter || !deployment) throw new Error('no adapter, or no deployment');
      const speech = speakingOf(adapter);
      const settings = adapter.settings.parse(deployment.settings);
      const { formats, voices } = speech.capabilities(deployment.upstream_model, settings);
      const { audio, end } = await listen(
        speech.speak({
          request: plainSpeech({ voice: voices.mapped['alloy'] ?? voices.names[0] ?? 'alloy' }),
          upstreamModel: deployment.upstream_model,
          upstreamFormat: formats[0] ?? 'mp3',
          apiBase: deployment.api_base ?? undefined,
          apiKey: deployment.api_key ?? undefined,
          settings,
          signal: new AbortController().signal,
        }),
      );
      expect([audio.length > 1_000, end?.type]).toEqual([true, 'done']);
    } finally {
      await server.close();
    }
  });
});
