import { priceSchema } from '../domain/price.js';
import { findPrice } from './price-book.js';
import { prices } from './prices.js';

describe('findPrice', () => {
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
    expect(findPrice(provider, model)).toMatchObject({ type: 'duration', usd });
  });

  it('tells a snapshot of one family from another', () => {
    expect(findPrice('openai', 'gpt-4o-transcribe-2025-03-20')).toMatchObject({ output_usd: '10.00' });
    expect(findPrice('openai', 'gpt-4o-mini-transcribe-2025-12-15')).toMatchObject({ output_usd: '5.00' });
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
    expect(findPrice(provider, model)).toBeUndefined();
  });
});

describe('the price list', () => {
  it('names every model once', () => {
    const names = prices.flatMap(({ provider, models }) => models.map((model) => `${provider}/${model}`));
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it.each(prices.map((entry) => [`${entry.provider}/${entry.models[0]}`, entry] as const))(
    'has a valid, sourced and dated price for %s',
    (_, entry) => {
      expect(entry.models.length).toBeGreaterThan(0);
      expect(priceSchema.safeParse(entry.price).error).toBeUndefined();
      expect(entry.source).not.toBe('');
      expect(entry.asOf).toMatch(/^20\d\d-\d\d(-\d\d)?$/);
    },
  );
});
