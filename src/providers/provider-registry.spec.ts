import { builtInProviders } from './built-in-providers.js';
import { ProviderHttp } from './provider-http.js';
import { ProviderRegistry } from './provider-registry.js';

const adapters = builtInProviders(new ProviderHttp());
const registry = new ProviderRegistry(adapters);

describe('ProviderRegistry', () => {
  it('has the built-in providers by name, in alphabetical order, without an application around it', () => {
    expect(registry.names()).toEqual(registry.names().toSorted());
    expect(registry.all()).toEqual(adapters);
    expect(registry.get('groq')?.title).toBe('Groq');
    expect(registry.get('nobody')).toBeUndefined();
  });

  it("finds a provider by LiteLLM's prefix, with the variables and settings of the prefix", () => {
    const [fireworks, compatible] = [registry.get('fireworks'), registry.get('openai-compatible')];
    expect(registry.byPrefix('fireworks_ai')).toEqual({
      adapter: fireworks,
      environment: fireworks?.environment,
      settings: {},
    });
    expect(registry.byPrefix('xai')).toEqual({
      adapter: compatible,
      environment: { api_key: ['XAI_API_KEY'], api_base: ['XAI_API_BASE'] },
      settings: {},
      chatService: { apiBase: 'https://api.x.ai/v1' },
    });
    expect(registry.byPrefix('hosted_vllm')).toEqual({
      adapter: compatible,
      environment: { api_key: ['HOSTED_VLLM_API_KEY'], api_base: ['HOSTED_VLLM_API_BASE'] },
      settings: { server: 'vllm' },
    });
    expect(registry.byPrefix('fireworks')).toBeUndefined();
    expect(registry.prefixes()).toEqual(expect.arrayContaining(['openai', 'together_ai', 'lemonade']));
  });

  it('has settings of prefixes and variables for settings that there are', () => {
    for (const prefix of registry.prefixes()) {
      const { adapter, settings, environment } = registry.byPrefix(prefix) ?? {};
      expect({ prefix, error: adapter?.settings.safeParse(settings).error }).toEqual({ prefix, error: undefined });
      for (const setting of Object.keys(environment?.settings ?? {})) {
        const issues = adapter?.settings.safeParse({ [setting]: '' }).error?.issues ?? [];
        expect(issues.filter(({ code }) => code === 'unrecognized_keys')).toEqual([]);
      }
    }
  });

  it('refuses two adapters of one name, and of one prefix', () => {
    const [one, other] = adapters;
    if (!one || !other) throw new Error('there are no providers');
    expect(() => new ProviderRegistry([one, one])).toThrow('two provider adapters have the same name');
    const twin = { ...other, prefixes: one.prefixes };
    expect(() => new ProviderRegistry([one, twin])).toThrow('two provider adapters have the same prefix');
  });
});
