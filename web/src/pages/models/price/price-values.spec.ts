import type { Schemas } from '../../../api/client';
import { priceOf, priceValues } from './price-values';

const prices: readonly (Schemas['Price'] | null)[] = [
  null,
  { type: 'duration', usd: '0.006', per: 'minute' },
  { type: 'duration', usd: '0.000000000000000001', per: 'hour', minimum_seconds: 10, increment_seconds: 0.5 },
  { type: 'characters', usd: '20' },
  { type: 'tokens', text_input_usd: '2.50', output_usd: '10' },
  {
    type: 'tokens',
    text_input_usd: '0',
    output_usd: '10',
    audio_input_usd: '6',
    audio_output_usd: '64',
    cached_text_input_usd: '0.25',
    cached_audio_input_usd: '0.3',
    estimate_usd_per_minute: '0.006',
    long_input: { above_tokens: 200_000, text_input_usd: '5', output_usd: '20', audio_input_usd: '12' },
  },
];

it.each(prices)('gives a price back as it was: %j', (price) => {
  expect(priceOf(priceValues(price))).toEqual(price);
});

it('sends what is needed even when it is empty, and of another kind of price nothing', () => {
  expect(priceOf({ ...priceValues(null), type: 'tokens', usd: '5' })).toEqual({
    type: 'tokens',
    text_input_usd: '',
    output_usd: '',
  });
  expect(priceOf({ ...priceValues({ type: 'duration', usd: '5', per: 'hour' }), type: '' })).toBeNull();
});
