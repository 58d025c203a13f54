import { formatDecimal, parseDecimal, PRICE_DECIMALS } from '../../domain/money.js';
import type { Price } from '../../domain/price.js';

/** US dollars as decimal text, by LiteLLM's names. */
export interface LiteLlmPrices {
  readonly input_cost_per_second?: string;
  readonly output_cost_per_second?: string;
  readonly input_cost_per_character?: string;
  readonly input_cost_per_token?: string;
  readonly input_cost_per_audio_token?: string;
  readonly output_cost_per_token?: string;
  readonly output_cost_per_audio_token?: string;
  readonly cache_read_input_token_cost?: string;
  readonly cache_read_input_audio_token_cost?: string;
}

/** A price per token has six digits more than a price per million. */
const TOKEN_DECIMALS = PRICE_DECIMALS + 6;

/**
 * The price of a deployment; `undefined` when the file says nothing.
 * @throws RangeError when the amounts are incomplete or contradict each other; the message holds no amounts
 */
export function readPrice(prices: LiteLlmPrices): Price | undefined {
  const seconds = secondPrice(prices);
  const { input_cost_per_token: input, input_cost_per_audio_token: audio, output_cost_per_token: output } = prices;
  const tokens = [input, audio, output].filter((it) => it !== undefined);
  const { input_cost_per_character: character } = prices;
  if (character !== undefined && !isZero(character)) {
    if ([seconds, ...tokens].some((it) => it !== undefined && !isZero(it))) {
      throw new RangeError('has a price per character and another; a deployment is billed by one of them');
    }
    return { type: 'characters', usd: perMillion(character) };
  }
  const bySecond = seconds !== undefined && (tokens.length === 0 || !isZero(seconds) || tokens.every(isZero));
  if (bySecond && !isZero(seconds) && !tokens.every(isZero)) {
    throw new RangeError('has prices per second and per token; a deployment is billed by one of them');
  }
  if (bySecond) return { type: 'duration', usd: plain(seconds), per: 'second' };
  if (tokens.length === 0) return undefined;
  const audioInput = audio ?? input;
  const textInput = input ?? audio;
  if (audioInput === undefined || textInput === undefined) {
    throw new RangeError('has output_cost_per_token without input_cost_per_token');
  }
  if (output === undefined) throw new RangeError('has input_cost_per_token without output_cost_per_token');
  const {
    output_cost_per_audio_token: spoken,
    cache_read_input_token_cost: cachedText,
    cache_read_input_audio_token_cost: cachedAudio,
  } = prices;
  return {
    type: 'tokens',
    audio_input_usd: perMillion(audioInput),
    text_input_usd: perMillion(textInput),
    output_usd: perMillion(output),
    ...(spoken !== undefined && { audio_output_usd: perMillion(spoken) }),
    ...(cachedText !== undefined && { cached_text_input_usd: perMillion(cachedText) }),
    ...(cachedAudio !== undefined && { cached_audio_input_usd: perMillion(cachedAudio) }),
  };
}

/**
 * LiteLLM's price list has the same number in both fields for whisper-1 and 0 in one of them for others: the audio is
 * billed once, never at the sum.
 */
function secondPrice({ input_cost_per_second: input, output_cost_per_second: output }: LiteLlmPrices) {
  if (input === undefined || output === undefined) return input ?? output;
  if (isZero(input)) return output;
  if (!isZero(output) && plain(input) !== plain(output)) {
    throw new RangeError('has two different prices per second; the audio is billed once, by input_cost_per_second');
  }
  return input;
}

function isZero(amount: string): boolean {
  return parseDecimal(amount, TOKEN_DECIMALS) === 0n;
}

function plain(amount: string): string {
  return formatDecimal(parseDecimal(amount, PRICE_DECIMALS), PRICE_DECIMALS);
}

function perMillion(amount: string): string {
  return formatDecimal(parseDecimal(amount, TOKEN_DECIMALS), PRICE_DECIMALS);
}
