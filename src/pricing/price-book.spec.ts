import { priceSchema } from '../domain/price.js';
import { builtInProviders } from '../providers/built-in-providers.js';
import { ProviderHttp } from '../providers/provider-http.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { SandboxAdapter } from '../providers/sandbox/sandbox.adapter.js';
import { PriceBook } from './price-book.js';

const adapters = [...builtInProviders(new ProviderHttp()), new SandboxAdapter()];
const book = new PriceBook(new ProviderRegistry(adapters));
const listPrice = (provider: string, upstreamModel: string, settings: unknown = {}) =>
  book.priceOf({ provider, upstreamModel, settings });

describe('PriceBook', () => {
  it.each([
    ['openai', 'whisper-1', '0.006'],
    ['openai', 'gpt-transcribe-2026-08-26', '0.0045'],
    ['deepgram', 'nova-2', '0.0043'],
    ['deepgram', 'nova-2-meeting', '0.0043'],
    ['deepgram', 'nova-3-medical', '0.0052'],
    ['deepgram', 'whisper-large', '0.006'],
    ['mistral', 'voxtral-mini-transcribe-2507', '0.002'],
    ['mistral', 'voxtral-small-transcribe-3-0', '0.004'],
    ['mistral', 'voxtral-mini-transcribe-realtime-3-0', '0.008'],
    ['mistral', 'voxtral-mini-transcribe-realtime-2602', '0.006'],
    ['sandbox', 'sandbox-flaky', '0'],
  ])('%s/%s', (provider, model, usd) => {
    expect(listPrice(provider, model)).toMatchObject({ type: 'duration', usd });
  });

  it("prefers the deployment's own price", () => {
    const price = { type: 'duration', usd: '1', per: 'hour' } as const;
    const deployment = { provider: 'openai', upstreamModel: 'whisper-1', settings: {}, price };
    expect(book.priceOf(deployment)).toBe(price);
  });

  it('asks the provider what a name of the customer stands for', () => {
    expect(listPrice('azure', 'hearing')).toBeUndefined();
    expect(listPrice('azure', 'our-whisper')).toMatchObject({ usd: '0.006' });
    expect(listPrice('azure', 'hearing', { base_model: 'whisper' })).toMatchObject({ usd: '0.006' });
  });

  it('tells a snapshot of one family from another', () => {
    expect(listPrice('openai', 'gpt-4o-transcribe-2025-03-20')).toMatchObject({ output_usd: '10.00' });
    expect(listPrice('openai', 'gpt-4o-mini-transcribe-2025-12-15')).toMatchObject({ output_usd: '5.00' });
  });

  it.each([
    ['openai', 'whisper-2'],
    ['openai', 'whisper-1-large'],
    ['openai', 'gpt-4o-transcribe-x'],
    ['openai', ''],
    ['deepgram', 'nova-4'],
    ['mistral', 'voxtral-small-latest'],
    ['groq', 'whisper-1'],
    ['openai-compatible', 'whisper-1'],
    ['', 'whisper-1'],
  ])('does not guess the price of %s/%s', (provider, model) => {
    expect(listPrice(provider, model)).toBeUndefined();
  });
});

describe('the price lists', () => {
  const entries = adapters.flatMap(({ provider, prices }) => prices.map((entry) => ({ provider, entry })));

  it.each(adapters.map((adapter) => [adapter.provider, adapter] as const))(
    'of %s names every model once',
    (_, { prices }) => {
      const names = prices.flatMap(({ models }) => models);
      expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    },
  );

  it.each(entries.map(({ provider, entry }) => [`${provider}/${entry.models[0]}`, entry] as const))(
    'have a valid, sourced and dated price for %s',
    (_, entry) => {
      expect(entry.models.length).toBeGreaterThan(0);
      expect(priceSchema.safeParse(entry.price).error).toBeUndefined();
      expect(entry.source).not.toBe('');
      expect(entry.as_of).toMatch(/^20\d\d-\d\d(-\d\d)?$/);
    },
  );
});
