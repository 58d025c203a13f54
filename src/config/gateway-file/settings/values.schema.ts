import { z } from 'zod';
import { isIpRange } from '../../ip-ranges.js';

/**
 * The types of values. Their messages complete the sentence `path: ...` and never repeat the value. Numbers and switches
 * are also taken from text, because a variable of the environment is always text; `yes` and `on` are switches because
 * they are in YAML 1.1, which LiteLLM reads.
 */
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i;

function numberThat(rule: string, accepts: (value: number) => boolean) {
  return z
    .union([z.number(), z.string().trim().regex(DECIMAL, `${rule}, not text`)], { error: rule })
    .transform(Number)
    .refine(accepts, { error: rule });
}

/** Also said of what YAML takes for a number or a switch. */
export const MUST_BE_TEXT = 'must be text';

export const text = z.string({ error: MUST_BE_TEXT }).trim().min(1, 'must not be empty');

export const identifier = z.union([text, z.int().transform(String)], { error: MUST_BE_TEXT });

const TRUE_OR_FALSE = 'must be true or false';

export const flag = z
  .union([z.boolean(), z.string().regex(/^(true|false|yes|no|on|off|1|0)$/i, `${TRUE_OR_FALSE}, not text`)], {
    error: TRUE_OR_FALSE,
  })
  .transform((value) => (typeof value === 'boolean' ? value : /^(true|yes|on|1)$/i.test(value)));

export const count = numberThat(
  'must be a whole number, 0 or more',
  (value) => Number.isSafeInteger(value) && value >= 0,
);

export const positiveCount = numberThat(
  'must be a whole number, 1 or more',
  (value) => Number.isSafeInteger(value) && value >= 1,
);

export const order = numberThat(
  'must be a whole number from 0 to 1000',
  (value) => Number.isSafeInteger(value) && value >= 0 && value <= 1000,
);

export const weight = numberThat('must be a number from 0 to 1000', (value) => value >= 0 && value <= 1000);

export const megabytes = numberThat(
  'must be a number of megabytes above 0',
  (value) => value > 0 && value <= 1_000_000,
);

/** What timers can count, 24 days: one that is set for longer ends at once. */
const MAX_SECONDS = 2_147_483;

/** Seconds in the file, milliseconds from here on. */
export const waitMs = numberThat(
  `must be a number of seconds from 0 to ${MAX_SECONDS}`,
  (value) => value >= 0 && value <= MAX_SECONDS,
).transform((seconds) => Math.round(seconds * 1000));

/** Seconds in the file, milliseconds from here on. */
export const timeoutMs = numberThat(
  `must be a number of seconds above 0, at most ${MAX_SECONDS}`,
  (value) => value > 0 && value <= MAX_SECONDS,
).transform((seconds) => Math.max(1, Math.round(seconds * 1000)));

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

export const names = z.array(text, { error: 'must be a list of names' });

const namesByName = z.record(z.string(), z.array(text, { error: 'must be a list of model names' }), {
  error: 'must be a map from a model to a list of models',
});
export const fallbacks = z.array(namesByName, { error: 'must be a list of maps such as [{ whisper: [backup] }]' });

/** The public name of a model: what applications send as `model`, and a part of URLs of the admin API. */
export const modelName = text.regex(
  /^[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,199}$/,
  'must start with a letter or digit and have only letters, digits and . _ : / @ + - (at most 200 characters)',
);

const alias = z.preprocess(
  (value) => (typeof value === 'string' ? { model: value } : value),
  z.strictObject(
    { model: text, hidden: flag.default(false) },
    { error: 'must be a model, or a map with model and hidden' },
  ),
);
export const aliases = z.record(modelName, alias, {
  error: ({ code }) =>
    code === 'invalid_key' ? 'is an alias that no model could be called' : 'must be a map from an alias to a model',
});

/** It goes into an HTTP header. */
export const secret = z
  .string({ error: MUST_BE_TEXT })
  .trim()
  .regex(/^[\x21-\x7e]{1,4096}$/, 'must be 1 to 4096 printable ASCII characters without spaces');

export const masterKey = secret.min(4, 'must have at least 4 characters');

/** Without a trailing slash. */
export const apiBase = z
  .string({ error: MUST_BE_TEXT })
  .trim()
  .refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), {
    error: 'must be an http or https URL',
    abort: true,
  })
  .refine((value) => !new URL(value).username && !new URL(value).password, {
    error: 'must not contain a user name or password',
  })
  .transform((value) => value.replace(/\/+$/, ''));

export const databaseUrl = z
  .string({ error: MUST_BE_TEXT })
  .trim()
  .regex(/^postgres(ql)?:\/\//, 'must start with postgresql://');

export const addresses = z.array(
  z.string({ error: MUST_BE_TEXT }).trim().refine(isIpRange, 'must be an IP address or a CIDR range'),
  { error: 'must be a list of IP addresses' },
);
