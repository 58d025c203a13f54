import { z } from 'zod';
import { lenient } from '../lenient-schema.js';
import { wireQuantity } from '../wire-number.js';

/** What matters of a chat completion: https://platform.openai.com/docs/api-reference/chat/object */
export const chatAnswerSchema = z.object({
  id: lenient(z.string()),
  choices: z.array(z.object({ message: z.object({ content: lenient(z.string()) }) })).min(1),
});

/** What any answer of a chat model may say of its bill, also one that is no completion. */
export const chatUsageSchema = z.object({
  usage: lenient(
    z.object({
      prompt_tokens: wireQuantity,
      completion_tokens: wireQuantity,
      total_tokens: wireQuantity,
      prompt_tokens_details: lenient(z.object({ cached_tokens: wireQuantity })),
    }),
  ),
});

/** What the model counted, as far as it told. */
export type ChatUsage = z.infer<typeof chatUsageSchema>['usage'];

/**
 * The translations in a chat model's answer: a JSON array with as many texts as were sent. Many models put a code fence
 * around JSON whatever they are told.
 */
export function translationsSchema(length: number) {
  return z
    .string({ error: 'it is empty' })
    .transform((content, context): unknown => {
      try {
        return JSON.parse(content.trim().replace(/^```(?:json)?|```$/g, ''));
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
