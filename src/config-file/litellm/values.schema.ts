import { z } from 'zod';
import { flag, numberIn } from '../../domain/setting-values.js';
import { modelNameSchema } from '../../models/model.schema.js';

/**
 * The types of values, without ranges: what a setting may be, its own rule says. Messages complete the sentence
 * `path: ...` and never repeat the value.
 */

/** Whatever is written, for the setting's own rule to take or to refuse. */
export const anything = z.unknown();

/** A number, also as text, because a variable of the environment is always text; what is none, a rule refuses. */
export const number = z.unknown().transform(numberIn);

/** A number in another unit than the setting's. */
export function numberTimes(factor: number) {
  return number.transform((value) => (typeof value === 'number' ? Math.round(value * factor) : value));
}

/** Also said of what YAML takes for a number or a switch. */
export const MUST_BE_TEXT = 'must be text';

/** Text with something in it. */
export const text = z.string({ error: MUST_BE_TEXT }).trim().min(1, 'must not be empty');

/** Text, or a whole number, which becomes text. */
export const identifier = z.union([text, z.int().transform(String)], { error: MUST_BE_TEXT });

const DAYS_OF_UNIT: Readonly<Record<string, number>> = { s: 1 / 86_400, m: 1 / 1440, h: 1 / 24, d: 1, w: 7, mo: 30 };

/** LiteLLM's durations, such as `30d` or `12h`, in whole days and not fewer than there are; what is none, a rule refuses. */
export const daysOf = z.unknown().transform((value) => {
  const [, count = '', unit = ''] = /^(\d{1,9})(s|mo|m|h|d|w)$/.exec(String(value).trim()) ?? [];
  const days = DAYS_OF_UNIT[unit];
  return days === undefined ? value : Math.ceil(Number(count) * days);
});

const DOLLARS = 'must be a number of US dollars, 0 or more, such as 0.0001';

/** US dollars; text keeps every digit. */
export const dollars = z
  .union(
    [
      z.number().min(0, DOLLARS).max(9_999_999, DOLLARS),
      z
        .string()
        .trim()
        .regex(/^\d{1,7}(\.\d{1,30})?(e-\d{1,2})?$/i, `${DOLLARS}, not text`),
    ],
    { error: DOLLARS },
  )
  .transform(String);

/** A list of names. */
export const names = z.array(text, { error: 'must be a list of names' });

/** An address or a list of them, by the name of what they are for. */
export const urlsByName = z.record(
  z.string(),
  z.union([text.transform((url) => [url]), z.array(text)], { error: 'must be an address or a list of addresses' }),
  { error: 'must be a map from a type of alert to an address' },
);

const namesByName = z.record(z.string(), z.array(text, { error: 'must be a list of model names' }), {
  error: 'must be a map from a model to a list of models',
});

/** Models to try after a model. */
export const fallbacks = z.array(namesByName, { error: 'must be a list of maps such as [{ whisper: [backup] }]' });

/** The public name of a model, by the admin API's own rule. */
export const modelName = text.pipe(modelNameSchema);

const alias = z.preprocess(
  (value) => (typeof value === 'string' ? { model: value } : value),
  z.strictObject({ model: text, hidden: flag(false) }, { error: 'must be a model, or a map with model and hidden' }),
);

/** Models by another name, a text or a map with `model`. */
export const aliases = z.record(modelName, alias, {
  error: ({ code }) =>
    code === 'invalid_key' ? 'is an alias that no model could be called' : 'must be a map from an alias to a model',
});
