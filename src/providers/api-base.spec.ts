import { plainRequest } from '../../test/support/adapter-contract.js';
import { ProviderError } from '../domain/errors.js';
import { apiBaseFault } from './api-base.js';
import { builtInProviders } from './built-in-providers.js';
import { ProviderHttp } from './provider-http.js';
import { ProviderRegistry } from './provider-registry.js';

const providers = new ProviderRegistry(builtInProviders(new ProviderHttp()));

function faultOf(provider: string, url: string): string | undefined {
  const adapter = providers.get(provider);
  if (!adapter) throw new Error(`there is no provider ${provider}`);
  return apiBaseFault(adapter, url);
}

const outside = providers.all().filter(({ builtIn }) => !builtIn);

describe('a base URL', () => {
  it.each(outside.flatMap(({ provider, defaultApiBase }) => (defaultApiBase ? [[provider, defaultApiBase]] : [])))(
    'of %s may be its own, with slashes after it',
    (provider, base) => {
      expect(faultOf(provider ?? '', base ?? '')).toBeUndefined();
      expect(faultOf(provider ?? '', `${base}//`)).toBeUndefined();
    },
  );

  it.each([
    ['openai', 'https://eu.api.openai.com/v1'],
    ['openai-compatible', 'http://gpu:8000/v1'],
    ['openai-compatible', 'http://gpu:8000'],
    ['openai-compatible', 'http://proxy/audio/v1'],
    ['azure', 'https://r.openai.azure.com'],
    ['azure', 'https://r.openai.azure.com/openai/'],
    ['azure', 'https://r.openai.azure.com/openai/deployments/w/audio/transcriptions?api-version=2024-06-01'],
    ['cloudflare', 'https://api.cloudflare.com/client/v4/accounts/0123456789abcdef0123456789abcdef/ai/run/'],
    ['cloudflare', 'https://api.cloudflare.com/client/v4/accounts/0123456789abcdef0123456789abcdef/ai'],
    ['elevenlabs', 'https://api.elevenlabs.io'],
    ['assemblyai', 'https://api.assemblyai.com/v2'],
    ['deepgram', 'https://api.eu.deepgram.com'],
    ['mistral', 'https://api.mistral.ai'],
    ['gemini', 'https://generativelanguage.googleapis.com/v1beta'],
  ])('of %s may be %s', (provider, url) => {
    expect(faultOf(provider, url)).toBeUndefined();
  });

  it.each([
    'http://169.254.169.254/v1',
    'https://169.254.169.254:8443',
    'http://2852039166/v1',
    'http://0251.0376.0251.0376/v1',
    'http://0xa9fea9fe/v1',
    'http://169.254.43518/v1',
    'http://169.254.169.254./v1',
    'http://[::ffff:169.254.169.254]/v1',
    'http://[fe80::1]/v1',
    'http://[fd00:ec2::254]/v1',
    'http://100.100.100.200/v1',
    'http://0.0.0.0:8000/v1',
    'http://0/v1',
    'http://[::]:8000/v1',
    'http://metadata.google.internal/computeMetadata/v1',
    'http://METADATA.google.internal./v1',
  ])('leads nowhere that no provider is: %s', (url) => {
    expect(faultOf('openai-compatible', url)).toBe('must not lead to link-local addresses or cloud metadata');
  });

  it.each(['http://127.0.0.1:8000/v1', 'http://[::1]/v1', 'http://10.0.0.7/v1', 'http://[fd00::1]/v1'])(
    'may lead to servers of your own, unless the operator says no: %s',
    (url) => {
      expect(faultOf('openai-compatible', url)).toBeUndefined();
      const adapter = providers.get('openai-compatible');
      expect(adapter && apiBaseFault(adapter, url, { allowPrivate: false })).toBe(
        'must not lead to private addresses: ALLOW_PRIVATE_API_BASES is off',
      );
    },
  );

  it.each([
    ['openai', '/v1/audio/transcriptions'],
    ['openai', '/v1/audio/translations/'],
    ['openai', '/v1/chat/completions'],
    ['groq', '/openai/v1/audio/transcriptions'],
    ['fireworks', '/v1/audio/transcriptions'],
    ['together', '/v1/audio/transcriptions'],
    ['deepinfra', '/v1/openai/audio/transcriptions'],
    ['openai-compatible', '/v1/Audio/Transcriptions'],
    ['openai-compatible', '/inference'],
    ['mistral', '/v1/audio/transcriptions'],
    ['azure', '/openai/deployments/gpt/chat/completions'],
    ['deepgram', '/v1/listen'],
    ['elevenlabs', '/v1/speech-to-text'],
    ['assemblyai', '/v2/transcript'],
    ['assemblyai', '/v2/upload'],
    ['gemini', '/v1beta/models/gemini-2.5-flash:generateContent'],
    ['gemini', '/v1beta/interactions'],
    ['cloudflare', '/client/v4/accounts/0/ai/run/@cf/openai/whisper'],
  ])('of %s has no endpoint: %s', (provider, path) => {
    const fault = faultOf(provider, `http://127.0.0.1:9${path}`);
    expect(fault).toMatch(
      /^must be a base URL such as https?:\/\/[\w.:/-]+, without the path of an endpoint: calls add it$/,
    );
  });

  it.each(outside.map(({ provider }) => provider))('of %s has neither query nor fragment', (provider) => {
    expect(faultOf(provider, 'http://127.0.0.1:9/v1?key=secret')).toMatch(/, without a query \(\?\.\.\.\)$/);
    expect(faultOf(provider, 'http://127.0.0.1:9/v1#secret')).toMatch(/, without a fragment \(#\.\.\.\)$/);
    expect(faultOf(provider, 'http://127.0.0.1:9/v1?key=secret')).not.toContain('secret');
  });

  it('is an address, and no password', () => {
    expect(faultOf('openai', 'gpu')).toBe('must be an http or https URL');
    expect(faultOf('openai', 'http://u:p@gpu')).toBe('must not contain a user name or password');
  });
});

/** Notes where it is called, and answers nothing. */
class Recorder extends ProviderHttp {
  readonly called: string[] = [];

  override request({ url }: Parameters<ProviderHttp['request']>[0]): never {
    this.called.push(url);
    throw new ProviderError('unavailable', 'not today');
  }

  override open(request: Parameters<ProviderHttp['open']>[0]): never {
    return this.request(request);
  }
}

describe('a call goes to one address, however LiteLLM, the provider and its clients write the base URL', () => {
  it.each([
    ['elevenlabs', 'scribe_v2', ['', '/v1', '/v1/'], '/v1/speech-to-text'],
    ['assemblyai', 'best', ['', '/v2', '/v2/'], '/v2/upload'],
    ['deepgram', 'nova-3', ['', '/v1', '/v1/'], '/v1/listen'],
    ['mistral', 'voxtral-mini-latest', ['', '/v1', '/v1/'], '/v1/audio/transcriptions'],
    ['azure', 'w', ['', '/openai', '/openai/'], '/openai/deployments/w/audio/transcriptions'],
    ['cloudflare', 'm', ['/accounts/ID', '/accounts/ID/ai', '/accounts/ID/ai/run/'], '/accounts/ID/ai/run/m'],
  ])('%s', async (provider, upstreamModel, bases, path) => {
    const http = new Recorder();
    const adapter = new ProviderRegistry(builtInProviders(http)).get(provider);
    for (const base of bases) {
      const apiBase = `http://127.0.0.1:9/team${base}`;
      const settings = adapter?.settings.parse({});
      const call = {
        request: plainRequest(),
        upstreamModel,
        upstreamFormat: 'json' as const,
        apiBase,
        apiKey: 'k',
        settings,
      };
      await expect(adapter?.transcribe({ ...call, signal: AbortSignal.timeout(10_000) })).rejects.toThrow('not today');
    }
    expect(http.called.map((url) => url.replace(/\?.*$/, ''))).toEqual(
      bases.map(() => `http://127.0.0.1:9/team${path}`),
    );
  });
});
