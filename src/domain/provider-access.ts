import { z } from 'zod';

/** A secret that travels in an HTTP header, hence no spaces or line ends. */
export const apiKeySchema = z
  .string()
  .regex(/^[\x21-\x7e]{1,4096}$/, 'must be 1 to 4096 printable ASCII characters without spaces');

/** An absolute http(s) URL without credentials; read, it has no slash at its end. */
export const apiBaseSchema = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL', abort: true })
  .max(2000)
  .refine((text) => !new URL(text).username && !new URL(text).password, {
    error: 'must not contain a user name or password',
  })
  .transform((text) => text.replace(/(?<!\/)\/+$/, ''));
