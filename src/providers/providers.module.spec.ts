import { existsSync, readdirSync } from 'node:fs';
import { Test } from '@nestjs/testing';
import type { ProviderAdapter } from './provider-adapter.js';
import { ProviderHttp } from './provider-http.js';
import { ProviderRegistry } from './provider-registry.js';
import { ProvidersModule } from './providers.module.js';

const never = new AbortController().signal;

describe('ProvidersModule', () => {
  it('offers the built-in providers and the additional ones by name', async () => {
    const module = await Test.createTestingModule({ imports: [ProvidersModule.with()] }).compile();
    const registry = module.get(ProviderRegistry);
    // `<name>/<name>.adapter.ts` each; the sandbox comes in addition, if the configuration says so.
    const folders = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((it) => it.isDirectory());
    const adapters = folders.filter(({ name }) => existsSync(`${import.meta.dirname}/${name}/${name}.adapter.ts`));
    const expected = adapters.map(({ name }) => name).filter((name) => name !== 'sandbox');
    expect(registry.names().toSorted()).toEqual(expected.toSorted());
    const openai = registry.get('openai');
    expect(openai).toMatchObject({
      provider: 'openai',
      needsApiKey: true,
      defaultApiBase: 'https://api.openai.com/v1',
      environment: { api_key: ['OPENAI_API_KEY'], api_base: ['OPENAI_BASE_URL', 'OPENAI_API_BASE'] },
    });
    expect(registry.get('nobody')).toBeUndefined();

    const another: ProviderAdapter | undefined = openai && { ...openai, provider: 'another', prefixes: [] };
    const extended = await Test.createTestingModule({
      imports: [ProvidersModule.with(another ? [another] : [])],
    }).compile();
    expect(extended.get(ProviderRegistry).get('another')).toBe(another);
    await Promise.all([module.close(), extended.close()]);
  });

  it('closes the connections with the application', async () => {
    const module = await Test.createTestingModule({ imports: [ProvidersModule.with()] }).compile();
    await module.init();
    const http = module.get(ProviderHttp);
    await module.close();
    await expect(http.request({ url: 'http://127.0.0.1:1', signal: never })).rejects.toMatchObject({
      message: expect.stringContaining('UND_ERR_DESTROYED'),
    });
  });
});
