import { texts } from '../domain/setting-values.js';

/** An origin as browsers spell it: scheme, host and perhaps a port. */
const ORIGIN = /^[a-z][a-z0-9+.-]{0,30}:\/\/[^/\s]{1,255}$/i;

/** Origins of web pages, as a list or as one text with commas; `*` is all of them, and `none` an empty list. */
export const originsSchema = texts
  .transform((origins) => (origins.join() === 'none' ? [] : origins))
  .refine(
    (origins) => origins.every((origin) => origin === '*' || ORIGIN.test(origin)),
    'must be origins such as https://app.example.com without a path, * for all, or none',
  );
