import { createModelSchema } from '../../src/models/model.schema.js';
import { builtInProviders } from '../../src/providers/built-in-providers.js';
import { ProviderHttp } from '../../src/providers/provider-http.js';
import { ProviderRegistry } from '../../src/providers/provider-registry.js';
import { plainRequest } from './adapter-contract.js';
import { modelBodyOf, simulators } from './simulators.js';

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
});
