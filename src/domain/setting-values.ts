import { z } from 'zod';

/**
 * Values of settings. Each is taken as it is in JSON and YAML, or as text, because a variable of the environment is always
 * text. Messages complete the sentence `NAME ...` and never repeat the value.
 */
const DECIMAL = /^\d{1,12}(\.\d{1,9})?$/;

const TRUE_OR_FALSE = 'must be true or false';

/** A switch; `yes` and `on` are among its words because they are in YAML 1.1, which LiteLLM reads. */
export const onOrOff = z
  .union([z.boolean(), z.string().regex(/^(true|false|yes|no|on|off|1|0)$/i, TRUE_OR_FALSE)], TRUE_OR_FALSE)
  .transform((value) => (typeof value === 'boolean' ? value : /^(true|yes|on|1)$/i.test(value)));

/** A switch that is somewhere when nobody touches it. */
export function flag(fallback: boolean) {
  return onOrOff.default(fallback);
}

/** The number that a text is; anything else is given back as it is. */
export function numberIn(value: unknown): unknown {
  return typeof value === 'string' && DECIMAL.test(value.trim()) ? Number(value) : value;
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
    wholeNumber(lowest, highest),
    (value) => Number.isSafeInteger(value) && value >= lowest && value <= highest,
  ).meta({ range: `${lowest} to ${highest}` });
}

/** A number; both bounds belong to the range. */
export function decimal(lowest: number, highest: number) {
  return numberThat(anyNumber(lowest, highest), (value) => value >= lowest && value <= highest).meta({
    range: `${lowest} to ${highest}`,
  });
}

/** As {@link integer}, in a body of JSON: no text. */
export function jsonInteger(lowest: number, highest: number) {
  const rule = wholeNumber(lowest, highest);
  return z.int(rule).min(lowest, rule).max(highest, rule);
}

/** As {@link decimal}, in a body of JSON: no text. */
export function jsonDecimal(lowest: number, highest: number) {
  const rule = anyNumber(lowest, highest);
  return z.number(rule).min(lowest, rule).max(highest, rule);
}

function wholeNumber(lowest: number, highest: number): string {
  return `must be a whole number from ${lowest} to ${highest}`;
}

function anyNumber(lowest: number, highest: number): string {
  return `must be a number from ${lowest} to ${highest}`;
}

/** Texts: a list, or one text with commas. */
export const texts = z
  .union([z.array(z.string()), z.string()], 'must be a list of texts, or one text with commas')
  .transform((value) =>
    (typeof value === 'string' ? value.split(',') : value).map((entry) => entry.trim()).filter(Boolean),
  );
