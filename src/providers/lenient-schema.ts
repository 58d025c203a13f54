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

/** A text that may be missing; `25` is the text of a number. */
export const lenientText = lenient(z.union([z.string(), z.number().transform(String)]));

/** The text of a part of a transcript: one that is missing is empty. */
export const partText = lenientText.transform((text = '') => text);

/** The whole of what was said: null is silence, and what is absent or no text is no transcript. */
export const wholeText = z
  .string()
  .nullable()
  .transform((text) => text ?? '')
  .optional()
  .catch(undefined);

/** A list. What is no element of it is left out: one bad element is no reason to lose the others. */
export function elementsOf<T extends z.ZodType>(element: T) {
  return z.array(z.unknown()).transform((list) =>
    list.flatMap((it) => {
      const parsed = element.safeParse(it);
      return parsed.success ? [parsed.data] : [];
    }),
  );
}

/** A list that may be missing, with the elements that are good. */
export function lenientList<T extends z.ZodType>(element: T) {
  return lenient(elementsOf(element));
}
