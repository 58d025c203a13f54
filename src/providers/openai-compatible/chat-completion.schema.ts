import { z } from 'zod';
import { elementsOf, lenient } from '../lenient-schema.js';

/** What is said: a text, or the texts of its parts, as Mistral and others have them beside their thoughts. */
const content = lenient(
  z.union([
    z.string(),
    elementsOf(z.object({ type: z.literal('text'), text: z.string() })).transform((parts) =>
      parts.map(({ text }) => text).join(''),
    ),
  ]),
);

const audio = lenient(z.object({ transcript: lenient(z.string()) }));
const said = z.object({ content, audio });

/** What matters of a chat completion: https://platform.openai.com/docs/api-reference/chat/object */
export const chatCompletionSchema = z.object({
  id: lenient(z.string()),
  choices: z.array(z.object({ message: said })).min(1),
});

/** What matters of a chunk of a streamed one: https://platform.openai.com/docs/api-reference/chat-streaming */
export const chatChunkSchema = z.object({
  id: lenient(z.string()),
  choices: z.array(z.object({ index: lenient(z.number()), delta: lenient(said), finish_reason: lenient(z.string()) })),
});

/** What is said by a message or a delta: written, or as its speech was written down. */
export function textOf(message: z.infer<typeof said> | undefined): string | undefined {
  return message?.content ?? message?.audio?.transcript;
}
