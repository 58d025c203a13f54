import { z } from 'zod';
import { formatDecimal, parseDecimal } from '../domain/money.js';
import type { Price } from '../domain/price.js';

/** More digits than any price has; what lies beyond would not change a bill. */
const PRICE_DECIMALS = 18;

/** An amount of US dollars: a JSON number, or a decimal string where every digit matters. */
const amount = z
  .union([
    z.number().min(0).max(9_999_999),
    z.string().regex(/^\d{1,7}(\.\d{1,18})?$/, 'must be a plain, non-negative decimal number such as "0.006"'),
  ])
  .meta({ description: 'US dollars', example: '0.006' });

/** A deployment's own price as it is on the wire, in the gateway file and in the database. */
export const priceSchema = z
  .discriminatedUnion('type', [
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
  ])
  .meta({ id: 'Price' });
export type WirePrice = z.infer<typeof priceSchema>;

/** The domain's form of a price that the schema has accepted; amounts become plain decimals. */
export function fromWirePrice(wire: WirePrice): Price {
  if (wire.type === 'duration') {
    return { type: 'duration', usd: plain(wire.usd), per: wire.per, minimumSeconds: wire.minimum_seconds };
  }
  if (wire.type === 'characters') return { type: 'characters', usd: plain(wire.usd) };
  return {
    type: 'tokens',
    audioInputUsd: plain(wire.audio_input_usd),
    textInputUsd: plain(wire.text_input_usd),
    outputUsd: plain(wire.output_usd),
    estimateUsdPerMinute: wire.estimate_usd_per_minute === undefined ? undefined : plain(wire.estimate_usd_per_minute),
  };
}

/** The inverse of `fromWirePrice`; amounts stay strings. */
export function toWirePrice(price: Price): WirePrice {
  if (price.type === 'duration') {
    const { usd, per, minimumSeconds } = price;
    return { type: 'duration', usd, per, ...(minimumSeconds !== undefined && { minimum_seconds: minimumSeconds }) };
  }
  if (price.type === 'characters') return { type: 'characters', usd: price.usd };
  const { audioInputUsd, textInputUsd, outputUsd, estimateUsdPerMinute } = price;
  return {
    type: 'tokens',
    audio_input_usd: audioInputUsd,
    text_input_usd: textInputUsd,
    output_usd: outputUsd,
    ...(estimateUsdPerMinute !== undefined && { estimate_usd_per_minute: estimateUsdPerMinute }),
  };
}

function plain(usd: string | number): string {
  return formatDecimal(parseDecimal(usd, PRICE_DECIMALS), PRICE_DECIMALS);
}
