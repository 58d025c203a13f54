import { z } from 'zod';

/**
 * Values of settings. Each is taken as it is in JSON and YAML, or as text, because a variable of the environment is always
 * text. Messages complete the sentence `NAME ...` and never repeat the value.
 */
const DECIMAL = /^\d{1,12}(\.\d{1,9})?$/;

/** A switch. */
export function flag(fallback: boolean) {
  return z
    .union([z.boolean(), z.enum(['true', 'false', '1', '0', 'yes', 'no', 'on', 'off'])], 'must be true or false')
    .transform((value) => (typeof value === 'boolean' ? value : ['true', '1', 'yes', 'on'].includes(value)))
    .default(fallback);
}

function numberThat(rule: string, accepts: (value: number) => boolean) {
  return z
    .union([z.number(), z.string().trim().regex(DECIMAL, rule)], rule)
    .transform(Number)
    .refine(accepts, rule);
}

/** A whole number; both bounds belong to the range, which the documents tell. */
export function integer(lowest: number, highest: number) {
  return numberThat(
    `must be a whole number from ${lowest} to ${highest}`,
    (value) => Number.isSafeInteger(value) && value >= lowest && value <= highest,
  ).meta({ range: `${lowest} to ${highest}` });
}

/** A number; both bounds belong to the range. */
export function decimal(lowest: number, highest: number) {
  return numberThat(
    `must be a number from ${lowest} to ${highest}`,
    (value) => value >= lowest && value <= highest,
  ).meta({ range: `${lowest} to ${highest}` });
}

/** Texts: a list, or one text with commas. */
export const texts = z
  .union([z.array(z.string()), z.string()], 'must be a list of texts, or one text with commas')
  .transform((value) =>
    (typeof value === 'string' ? value.split(',') : value).map((entry) => entry.trim()).filter(Boolean),
  );
