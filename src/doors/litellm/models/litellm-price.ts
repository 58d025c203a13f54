import { divideRounded, formatDecimal, parseDecimal, PRICE_DECIMALS } from '../../../domain/money.js';
import type { Price } from '../../../domain/price.js';

const SECONDS = { second: 1n, minute: 60n, hour: 3600n } as const;
const MILLION = 1_000_000n;
const DECIMALS = PRICE_DECIMALS + 6;

/** A price by LiteLLM's names, in US dollars. */
export function litellmPrice(price: Price | undefined) {
  if (price?.type === 'duration') return { input_cost_per_second: share(price.usd, SECONDS[price.per]) };
  if (price?.type === 'tokens') {
    return {
      ...(price.audio_input_usd !== undefined && {
        input_cost_per_audio_token: share(price.audio_input_usd, MILLION),
      }),
      input_cost_per_token: share(price.text_input_usd, MILLION),
      output_cost_per_token: share(price.output_usd, MILLION),
      ...(price.audio_output_usd !== undefined && {
        output_cost_per_audio_token: share(price.audio_output_usd, MILLION),
      }),
    };
  }
  if (price?.type === 'characters') return { input_cost_per_character: share(price.usd, MILLION) };
  return {};
}

function share(usd: string, parts: bigint): number {
  return Number(formatDecimal(divideRounded(parseDecimal(usd, DECIMALS), parts), DECIMALS));
}
