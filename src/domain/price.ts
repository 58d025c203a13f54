import { z } from 'zod';
import type { DeepReadonly } from './deep-readonly.js';
import { asOfSchema, surchargeSchema } from './surcharge.js';
import { usdAmount } from './usd-amount.js';

/** What a million tokens cost. */
const tokenRates = {
  audio_input_usd: usdAmount.optional().meta({
    description: 'US dollars per million audio input tokens; absent = not known, as of a model that reads only text',
    example: '2.50',
  }),
  text_input_usd: usdAmount.meta({ description: 'US dollars per million text input tokens', example: '2.50' }),
  output_usd: usdAmount.meta({ description: 'US dollars per million output tokens', example: '10.00' }),
  audio_output_usd: usdAmount.optional().meta({
    description: 'US dollars per million output tokens that are speech; absent = not known',
    example: '64.00',
  }),
  cached_audio_input_usd: usdAmount.optional().meta({
    description: "US dollars per million audio input tokens from the provider's cache; absent = not known",
    example: '0.25',
  }),
  cached_text_input_usd: usdAmount.optional().meta({
    description: "US dollars per million text input tokens from the provider's cache; absent = not known",
    example: '0.25',
  }),
};

/**
 * What a provider charges: as it is sent to the admin API, in the configuration file, in the database and in the price
 * list.
 */
export const priceSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('duration'),
    usd: usdAmount,
    per: z.enum(['second', 'minute', 'hour']),
    minimum_seconds: z
      .number()
      .min(0)
      .max(86_400)
      .optional()
      .meta({ description: 'Shorter audio is billed as this long', example: 10 }),
    increment_seconds: z
      .number()
      .positive()
      .max(86_400)
      .optional()
      .meta({ description: 'Measured audio is billed in steps of this length, rounded up', example: 1 }),
  }),
  z.strictObject({
    type: z.literal('tokens'),
    ...tokenRates,
    long_input: z
      .strictObject({
        above_tokens: z.int().positive().meta({ description: 'Input tokens', example: 200_000 }),
        ...tokenRates,
      })
      .optional()
      .meta({ description: 'What all tokens of a call with more input than that cost' }),
    estimate_usd_per_minute: usdAmount.optional().meta({
      description: 'US dollars per minute of audio, used when an answer carries no token counts',
      example: '0.006',
    }),
  }),
  z.strictObject({
    type: z.literal('characters'),
    usd: usdAmount.meta({
      description: 'US dollars per million characters of the transcript, or of the text that is said',
      example: '20',
    }),
  }),
]);
export type Price = z.output<typeof priceSchema>;

/** A price by tokens. */
export type TokenPrice = Extract<Price, { type: 'tokens' }>;

/** A price as the admin API shows it: its amounts are text. */
export const shownPriceSchema = priceSchema.meta({ id: 'Price' });

/**
 * The list price of some models of one provider, and where it was read: in `<x>.prices.ts`, and in a price list of the
 * operator's own.
 */
export const priceEntrySchema = z.strictObject({
  models: z
    .array(z.string().min(1).max(200))
    .min(1)
    .meta({
      description: 'Upstream models; a name that ends in `*` covers every name that begins so',
      example: ['nova-3', 'nova-3-*'],
    }),
  price: shownPriceSchema,
  surcharges: z
    .array(surchargeSchema)
    .optional()
    .meta({ description: 'What options cost beside it; of those with one name, the first that applies' }),
  source: z.string().min(1).max(500).meta({ description: 'Where it was read', example: 'deepgram.com/pricing' }),
  as_of: asOfSchema,
  until: z
    .string()
    .regex(/^20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, 'must be a day such as 2026-12-31')
    .optional()
    .meta({ description: 'The last day of a price that was announced to end', example: '2026-12-31' }),
  note: z
    .string()
    .min(1)
    .max(1_000)
    .optional()
    .meta({ description: 'What the price does not contain, or what other sources say' }),
});
export type PriceEntry = DeepReadonly<z.output<typeof priceEntrySchema>>;

/**
 * Whose word a cost is by: `deployment`, its own price; `operator` or `built_in`, a list; `settings`, of the translation model;
 * `provider`, which has said what the call costs.
 */
export const priceOrigins = ['deployment', 'operator', 'built_in', 'settings', 'provider'] as const;

/** By whose word a call costs what it costs, as it was at that time. */
export const priceOriginSchema = z
  .object({
    by: z.enum(priceOrigins).meta({
      description:
        'The own price of the `deployment`; the list of the `operator` (`PRICES_FILE`) or the `built_in` one; the `settings` of the translation model; or the `provider`, which has said what the call costs',
      example: 'built_in',
    }),
    source: z
      .string()
      .nullable()
      .meta({ description: 'Where a list has its price from', example: 'deepgram.com/pricing' }),
    as_of: z.string().nullable().meta({ description: 'When that source was published or read', example: '2026-11-20' }),
  })
  .meta({ id: 'PriceOrigin' });
export type PriceOrigin = Readonly<z.output<typeof priceOriginSchema>>;

/** Of a price that is in no list. */
export function unlisted(by: PriceOrigin['by']): PriceOrigin {
  return { by, source: null, as_of: null };
}

/** So many US dollars for a million characters. */
export function perMillionCharacters(usd: string): Price {
  return { type: 'characters', usd };
}

/** So many US dollars for a million tokens of text that are read and written, and for those of the first from the cache. */
export function chatPrice(input: string, output: string, cached?: string): TokenPrice {
  return {
    type: 'tokens',
    text_input_usd: input,
    output_usd: output,
    ...(cached !== undefined && { cached_text_input_usd: cached }),
  };
}

/** So many US dollars for a minute of audio, measured in steps of `increment_seconds`. */
export function perMinute(usd: string, { increment_seconds }: { readonly increment_seconds?: number } = {}): Price {
  return { type: 'duration', usd, per: 'minute', ...(increment_seconds !== undefined && { increment_seconds }) };
}

/** So many US dollars for an hour of audio, of which at least `minimum_seconds` are billed. */
export function perHour(usd: string, { minimum_seconds }: { readonly minimum_seconds?: number } = {}): Price {
  return { type: 'duration', usd, per: 'hour', minimum_seconds };
}
