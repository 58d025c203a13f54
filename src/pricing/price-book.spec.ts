import { allProviders, listPriceOf, priceBook } from '../../test/support/all-providers.js';
import { priceSchema } from '../domain/price.js';

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
    expect(listPriceOf(provider, model)).toMatchObject({ type: 'duration', usd });
  });

  it("prefers the deployment's own price", () => {
    const price = { type: 'duration', usd: '1', per: 'hour' } as const;
    const deployment = { provider: 'openai', upstreamModel: 'whisper-1', settings: {}, price };
    expect(priceBook.priceOf(deployment)).toBe(price);
  });

  it('asks the provider what a name of the customer stands for', () => {
    expect(listPriceOf('azure', 'hearing')).toBeUndefined();
    expect(listPriceOf('azure', 'our-whisper')).toMatchObject({ usd: '0.006' });
    const deployment = { provider: 'azure', upstreamModel: 'hearing', settings: { base_model: 'whisper' } };
    expect(priceBook.priceOf(deployment)).toMatchObject({ usd: '0.006' });
  });

  it('tells a snapshot of one family from another', () => {
    expect(listPriceOf('openai', 'gpt-4o-transcribe-2025-03-20')).toMatchObject({ output_usd: '10.00' });
    expect(listPriceOf('openai', 'gpt-4o-mini-transcribe-2025-12-15')).toMatchObject({ output_usd: '5.00' });
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
    expect(listPriceOf(provider, model)).toBeUndefined();
  });
});

describe('the price lists', () => {
  const entries = allProviders.all().flatMap(({ provider, prices }) => prices.map((entry) => ({ provider, entry })));

  it.each(allProviders.all().map((adapter) => [adapter.provider, adapter] as const))(
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
