import { z } from 'zod';
import { formatDecimal, parseDecimal, PRICE_DECIMALS } from './money.js';

const DECIMAL = /^\d{1,7}(\.\d{1,18})?$/;

/**
 * An amount of US dollars in a price: a JSON number, or a decimal string where every digit matters. Read, it is always a
 * plain decimal string, so that no digit is lost on the way to nano-dollars.
 */
export const usdAmount = z
  .union([
    z.number().min(0).max(9_999_999),
    z.string().regex(DECIMAL, 'must be a plain, non-negative decimal number such as "0.006"'),
  ])
  .transform((usd) => formatDecimal(parseDecimal(usd, PRICE_DECIMALS), PRICE_DECIMALS))
  .pipe(z.string().regex(DECIMAL))
  .meta({ description: 'US dollars', example: '0.006' });
