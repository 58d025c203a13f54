import { z } from 'zod';

/**
 * A detail of a provider's answer that may be missing: absent, null and unusable are the same, not reported. No detail
 * is a reason to lose a transcript.
 */
export function lenient<T extends z.ZodType>(schema: T) {
  return schema
    .nullish()
    .transform((value) => value ?? undefined)
    .catch(undefined);
}
