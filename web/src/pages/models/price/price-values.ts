import type { Schemas } from '../../../api/client';
import { numberOf, textOf } from '../../../components/forms/texts';

type Price = Schemas['Price'];
type TokenPrice = Extract<Price, { type: 'tokens' }>;

/** What a million tokens cost, as it is called where people read it. */
export const TOKEN_RATES = {
  text_input_usd: 'Text in',
  output_usd: 'Out',
  audio_input_usd: 'Audio in',
  audio_output_usd: 'Speech out',
  cached_text_input_usd: 'Text in, cached',
  cached_audio_input_usd: 'Audio in, cached',
} as const satisfies Record<Exclude<keyof TokenPrice, 'type' | 'long_input' | 'estimate_usd_per_minute'>, string>;

/** The name of one of {@link TOKEN_RATES}. */
export type TokenRate = keyof typeof TOKEN_RATES;

/** The names of {@link TOKEN_RATES}. */
export const TOKEN_RATE_NAMES = Object.keys(TOKEN_RATES) as readonly TokenRate[];

/** Those without which there is no price. */
export const NEEDED_RATES: readonly TokenRate[] = ['text_input_usd', 'output_usd'];

type Rates = Record<TokenRate, string>;

/** A deployment's own price as the fields of a form have it, named as the API names it; amounts are the text that they are sent as. */
export interface PriceValues extends Rates {
  /** Empty: it has none, and is reckoned with by the list. */
  type: '' | Price['type'];
  usd: string;
  per: 'second' | 'minute' | 'hour';
  minimum_seconds: string;
  increment_seconds: string;
  estimate_usd_per_minute: string;
  /** Nothing without the number of tokens from which it holds. */
  long_input: Rates & { above_tokens: string };
}

const NO_RATES: Rates = {
  text_input_usd: '',
  output_usd: '',
  audio_input_usd: '',
  audio_output_usd: '',
  cached_text_input_usd: '',
  cached_audio_input_usd: '',
};

/** What a form shows of a deployment's own price. */
export function priceValues(price: Price | null): PriceValues {
  const tokens = price?.type === 'tokens' ? price : undefined;
  const duration = price?.type === 'duration' ? price : undefined;
  return {
    ...ratesOf(tokens),
    type: price?.type ?? '',
    usd: price && price.type !== 'tokens' ? price.usd : '',
    per: duration?.per ?? 'minute',
    minimum_seconds: textOf(duration?.minimum_seconds),
    increment_seconds: textOf(duration?.increment_seconds),
    estimate_usd_per_minute: tokens?.estimate_usd_per_minute ?? '',
    long_input: { ...ratesOf(tokens?.long_input), above_tokens: textOf(tokens?.long_input?.above_tokens) },
  };
}

function ratesOf(rates: Partial<Rates> | undefined): Rates {
  const entries = TOKEN_RATE_NAMES.map((name) => [name, rates?.[name] ?? ''] as const);
  return { ...NO_RATES, ...Object.fromEntries(entries) };
}

/** The price that the fields mean; null = that of the list. */
export function priceOf(values: PriceValues): Schemas['SentPrice'] | null {
  switch (values.type) {
    case '':
      return null;
    case 'characters':
      return { type: 'characters', usd: values.usd.trim() };
    case 'duration': {
      const minimum_seconds = numberOf(values.minimum_seconds);
      const increment_seconds = numberOf(values.increment_seconds);
      return {
        type: 'duration',
        usd: values.usd.trim(),
        per: values.per,
        ...(minimum_seconds !== null && { minimum_seconds }),
        ...(increment_seconds !== null && { increment_seconds }),
      };
    }
    case 'tokens': {
      const above_tokens = numberOf(values.long_input.above_tokens);
      const estimate_usd_per_minute = values.estimate_usd_per_minute.trim();
      return {
        type: 'tokens',
        ...sentRates(values),
        ...(above_tokens !== null && { long_input: { above_tokens, ...sentRates(values.long_input) } }),
        ...(estimate_usd_per_minute !== '' && { estimate_usd_per_minute }),
      };
    }
  }
}

/** Those that are needed are sent even when they are empty, so that the API says so at their fields. */
function sentRates(rates: Rates): { text_input_usd: string; output_usd: string } & Partial<Rates> {
  const said = TOKEN_RATE_NAMES.filter((name) => rates[name].trim() !== '');
  return {
    text_input_usd: rates.text_input_usd.trim(),
    output_usd: rates.output_usd.trim(),
    ...Object.fromEntries(said.map((name) => [name, rates[name].trim()])),
  };
}
