import { existsSync, readdirSync } from 'node:fs';
import { Test } from '@nestjs/testing';
import { ConfigModule } from '../config/config.module.js';
import { readSettings } from '../config/settings.js';
import { ProviderHttp } from './provider-http.js';
import { ProviderRegistry } from './provider-registry.js';
import { ProvidersModule } from './providers.module.js';

const never = new AbortController().signal;

async function moduleOf(variables: Record<string, string>) {
  const secrets = {
    masterKey: '',
    masterKeySource: 'environment',
    masterKeyFile: '',
    encryptionKey: Buffer.alloc(32),
  } as const;
  const settings = readSettings(variables);
  return await Test.createTestingModule({
    imports: [ConfigModule.register({ settings, variables, secrets, databaseUrl: '' }), ProvidersModule],
  }).compile();
}

describe('ProvidersModule', () => {
  it('offers the built-in providers by name, and the sandbox unless it is switched off', async () => {
    const [module, without] = await Promise.all([moduleOf({}), moduleOf({ SANDBOX: 'false' })]);
    const registry = module.get(ProviderRegistry);
    // `<name>/<name>.adapter.ts` each.
    const folders = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((it) => it.isDirectory());
    const adapters = folders.filter(({ name }) => existsSync(`${import.meta.dirname}/${name}/${name}.adapter.ts`));
    const expected = adapters.map(({ name }) => name);
    expect(registry.names().toSorted()).toEqual(expected.toSorted());
    expect(without.get(ProviderRegistry).names()).toEqual(registry.names().filter((name) => name !== 'sandbox'));
    expect(registry.get('openai')).toMatchObject({
      provider: 'openai',
      needsApiKey: true,
      defaultApiBase: 'https://api.openai.com/v1',
      environment: { api_key: ['OPENAI_API_KEY'], api_base: ['OPENAI_BASE_URL', 'OPENAI_API_BASE'] },
    });
    expect(registry.get('nobody')).toBeUndefined();
    await Promise.all([module.close(), without.close()]);
  });

  it('closes the connections with the application', async () => {
    const module = await moduleOf({});
    await module.init();
    const http = module.get(ProviderHttp);
    await module.close();
    await expect(http.request({ url: 'http://127.0.0.1:1', signal: never })).rejects.toMatchObject({
      message: expect.stringContaining('UND_ERR_DESTROYED'),
    });
  });
});
