import { z } from 'zod';
import { formatDecimal, parseDecimal, PRICE_DECIMALS } from './money.js';

const DECIMAL = /^\d{1,7}(\.\d{1,18})?$/;

/**
 * An amount of US dollars: a JSON number, or a decimal string where every digit matters. Read, it is always a plain decimal
 * string, so that no digit is lost on the way to nano-dollars.
 */
const amount = z
  .union([
    z.number().min(0).max(9_999_999),
    z.string().regex(DECIMAL, 'must be a plain, non-negative decimal number such as "0.006"'),
  ])
  .transform((usd) => formatDecimal(parseDecimal(usd, PRICE_DECIMALS), PRICE_DECIMALS))
  .pipe(z.string().regex(DECIMAL))
  .meta({ description: 'US dollars', example: '0.006' });

/**
 * What a provider charges: as it is sent to the admin API, in the configuration file, in the database and in the price
 * list.
 */
export const priceSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('duration'),
    usd: amount,
    per: z.enum(['second', 'minute', 'hour']),
    minimum_seconds: z
      .number()
      .min(0)
      .max(86_400)
      .optional()
      .meta({ description: 'Shorter audio is billed as this long', example: 10 }),
  }),
  z.strictObject({
    type: z.literal('tokens'),
    audio_input_usd: amount.meta({ description: 'US dollars per million audio input tokens', example: '2.50' }),
    text_input_usd: amount.meta({ description: 'US dollars per million text input tokens', example: '2.50' }),
    output_usd: amount.meta({ description: 'US dollars per million output tokens', example: '10.00' }),
    estimate_usd_per_minute: amount.optional().meta({
      description: 'US dollars per minute of audio, used when an answer carries no token counts',
      example: '0.006',
    }),
  }),
  z.strictObject({
    type: z.literal('characters'),
    usd: amount.meta({ description: 'US dollars per million characters of the transcript', example: '20' }),
  }),
]);
export type Price = z.output<typeof priceSchema>;

/** A price as the admin API shows it: its amounts are text. */
export const shownPriceSchema = priceSchema.meta({ id: 'Price' });

/** The list price of some models of one provider, and where it was read. */
export interface PriceEntry {
  /** Upstream model names; a name that ends in `*` covers every name that begins so. */
  readonly models: readonly string[];
  readonly price: Price;
  readonly source: string;
  /** When the source was published or read: `YYYY-MM` or `YYYY-MM-DD`. */
  readonly as_of: string;
  /** What the price does not contain, or what other sources say. */
  readonly note?: string;
}

/** So many US dollars for a minute of audio. */
export function perMinute(usd: string): Price {
  return { type: 'duration', usd, per: 'minute' };
}

/** So many US dollars for an hour of audio, of which at least `minimum_seconds` are billed. */
export function perHour(usd: string, { minimum_seconds }: { readonly minimum_seconds?: number } = {}): Price {
  return { type: 'duration', usd, per: 'hour', minimum_seconds };
}
