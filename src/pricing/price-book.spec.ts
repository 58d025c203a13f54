import { findPrice } from './price-book.js';
import { fromWirePrice, priceSchema, toWirePrice } from './price.schema.js';
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
    expect(findPrice('openai', 'gpt-4o-transcribe-2025-03-20')).toMatchObject({ outputUsd: '10.00' });
    expect(findPrice('openai', 'gpt-4o-mini-transcribe-2025-12-15')).toMatchObject({ outputUsd: '5.00' });
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
      expect(priceSchema.safeParse(toWirePrice(entry.price)).error).toBeUndefined();
      expect(entry.source).not.toBe('');
      expect(entry.asOf).toMatch(/^20\d\d-\d\d(-\d\d)?$/);
    },
  );
});

describe('priceSchema', () => {
  it.each([
    [
      { type: 'duration', usd: '0.006', per: 'minute', minimum_seconds: 10 },
      { type: 'duration', usd: '0.006', per: 'minute', minimumSeconds: 10 },
    ],
    [
      { type: 'duration', usd: 0.006, per: 'hour' },
      { type: 'duration', usd: '0.006', per: 'hour' },
    ],
    [
      { type: 'duration', usd: 1e-7, per: 'second' },
      { type: 'duration', usd: '0.0000001', per: 'second' },
    ],
    [
      { type: 'duration', usd: 0, per: 'minute' },
      { type: 'duration', usd: '0', per: 'minute' },
    ],
    [
      {
        type: 'tokens',
        audio_input_usd: '2.50',
        text_input_usd: 2.5,
        output_usd: '10.00',
        estimate_usd_per_minute: '0.006',
      },
      { type: 'tokens', audioInputUsd: '2.5', textInputUsd: '2.5', outputUsd: '10', estimateUsdPerMinute: '0.006' },
    ],
    [
      { type: 'characters', usd: 20 },
      { type: 'characters', usd: '20' },
    ],
    [
      { type: 'tokens', audio_input_usd: 1, text_input_usd: 0.3, output_usd: 2.5 },
      { type: 'tokens', audioInputUsd: '1', textInputUsd: '0.3', outputUsd: '2.5' },
    ],
  ])('reads %j', (wire, price) => {
    const read = fromWirePrice(priceSchema.parse(wire));
    expect(read).toEqual(price);
    expect(fromWirePrice(priceSchema.parse(toWirePrice(read)))).toEqual(read);
    // What the database and the API get must survive JSON unchanged.
    expect(JSON.parse(JSON.stringify(toWirePrice(read)))).toEqual(toWirePrice(read));
  });

  const duration = { type: 'duration', usd: '0.006', per: 'minute' };
  const tokens = { type: 'tokens', audio_input_usd: 1, text_input_usd: 1, output_usd: 1 };
  it.each([
    null,
    '0.006',
    {},
    { ...duration, type: 'characters' },
    { ...duration, per: 'day' },
    { ...duration, usd: undefined },
    { ...duration, usd: '' },
    { ...duration, usd: '-0.006' },
    { ...duration, usd: '$0.006' },
    { ...duration, usd: '1e-3' },
    { ...duration, usd: 'NaN' },
    { ...duration, usd: '99999999' },
    { ...duration, usd: -1 },
    { ...duration, usd: NaN },
    { ...duration, usd: Infinity },
    { ...duration, minimum_seconds: -1 },
    { ...duration, minimum_seconds: '10' },
    { ...duration, minimumSeconds: 10 },
    { ...tokens, output_usd: undefined },
    { ...tokens, estimate_usd_per_minute: -1 },
    { ...tokens, usd: 1 },
  ])('refuses %j', (wire) => {
    expect(priceSchema.safeParse(wire).success).toBe(false);
  });
});
