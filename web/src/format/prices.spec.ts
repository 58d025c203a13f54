import { formatPrice, listedPriceOf } from './prices';

const listed = (models: string[], usd: string, list: 'operator' | 'built_in' = 'built_in') => ({
  models,
  price: { type: 'duration' as const, usd, per: 'minute' as const },
  source: '',
  as_of: '',
  object: 'price' as const,
  provider: 'openai',
  list,
  surcharges: [],
  until: null,
  note: null,
});

it('takes the narrowest price, and the operator’s before all', () => {
  const prices = [listed(['whisper*'], '1'), listed(['whisper-1'], '2'), listed(['w*'], '3')] as Parameters<
    typeof listedPriceOf
  >[0];
  const of = (upstream_model: string, all = prices) =>
    listedPriceOf(all, { provider: 'openai', upstream_model })?.price;
  expect(of('whisper-1')).toMatchObject({ usd: '2' });
  expect(of('whisper-2')).toMatchObject({ usd: '1' });
  expect(of('scribe')).toBeUndefined();
  const own = listed(['*'], '9', 'operator') as (typeof prices)[number];
  expect(of('whisper-1', [...prices, own])).toMatchObject({ usd: '9' });
});

it('says prices in words', () => {
  expect(formatPrice({ type: 'duration', usd: '0.006', per: 'minute' })).toBe('$0.006 a minute');
  expect(formatPrice({ type: 'tokens', audio_input_usd: '6', text_input_usd: '2.5', output_usd: '10' })).toBe(
    'audio $6, text $2.5, out $10 per million tokens',
  );
});
