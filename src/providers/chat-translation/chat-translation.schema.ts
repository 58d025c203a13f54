import { z } from 'zod';
import { lenient } from '../lenient-schema.js';

const count = z.int().nonnegative();

/** What matters of a chat completion: https://platform.openai.com/docs/api-reference/chat/object */
export const chatAnswerSchema = z.object({
  id: lenient(z.string()),
  choices: z.array(z.object({ message: z.object({ content: lenient(z.string()) }) })).min(1),
  usage: lenient(z.object({ prompt_tokens: count, completion_tokens: count })),
});

/**
 * The translations in a chat model's answer: a JSON array with as many texts as were sent. Many models put a code fence
 * around JSON whatever they are told.
 */
export function translationsSchema(length: number) {
  return z
    .string({ error: 'it is empty' })
    .transform((content, context): unknown => {
      try {
        return JSON.parse(content.trim().replace(/^```(?:json)?\s*|\s*```$/g, ''));
      } catch {
        context.addIssue({ code: 'custom', message: 'it is no JSON' });
        return z.NEVER;
      }
    })
    .pipe(z.array(z.string({ error: 'it has an entry that is no string' }), { error: 'it is no JSON array' }))
    .refine((texts) => texts.length === length, {
      error: ({ input }) => `it has ${Array.isArray(input) ? input.length : 0} entries instead of ${length}`,
    });
}
