import type { Price } from '../../src/domain/price.js';

type TokenRates = Omit<Extract<Price, { type: 'tokens' }>, 'type' | 'long_input' | 'estimate_usd_per_minute'>;

/** A price in words. */
export function describePrice(price: Price | undefined): string {
  if (!price) return 'unknown';
  if (price.type === 'duration') {
    const minimum = price.minimum_seconds ? `, at least ${price.minimum_seconds} s` : '';
    const steps = price.increment_seconds ? `, in steps of ${price.increment_seconds} s` : '';
    return `$${price.usd} a ${price.per}${minimum}${steps}`;
  }
  if (price.type === 'characters') return `$${price.usd} per million characters`;
  const { estimate_usd_per_minute, long_input: long } = price;
  const estimate = estimate_usd_per_minute ? `, about $${estimate_usd_per_minute} a minute` : '';
  const above = long ? `; above ${long.above_tokens.toLocaleString('en-US')} input tokens ${describeRates(long)}` : '';
  return `${describeRates(price)} a million tokens${estimate}${above}`;
}

function describeRates(rates: TokenRates): string {
  const { audio_input_usd, text_input_usd, output_usd, audio_output_usd } = rates;
  const { cached_audio_input_usd, cached_text_input_usd } = rates;
  const cached = cached_audio_input_usd ? ` ($${cached_audio_input_usd} cached)` : '';
  const cachedText = cached_text_input_usd ? ` ($${cached_text_input_usd} cached)` : '';
  const audio = audio_input_usd ? `$${audio_input_usd} audio${cached}, ` : '';
  const spoken = audio_output_usd ? `, $${audio_output_usd} audio output` : '';
  return `${audio}$${text_input_usd} text${cachedText}, $${output_usd} output${spoken}`;
}
