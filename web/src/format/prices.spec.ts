import { formatPrice } from './prices';

it('says prices in words', () => {
  expect(formatPrice({ type: 'duration', usd: '0.006', per: 'minute' })).toBe('$0.006 a minute');
  expect(formatPrice({ type: 'tokens', audio_input_usd: '6', text_input_usd: '2.5', output_usd: '10' })).toBe(
    'audio $6, text $2.5, out $10 per million tokens',
  );
});
