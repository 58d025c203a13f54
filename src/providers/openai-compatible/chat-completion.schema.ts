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

const audio = lenient(z.object({ transcript: lenient(z.string()), data: lenient(z.string()) }));
const said = z.object({
  content,
  audio,
  refusal: lenient(z.string()),
  tool_calls: lenient(z.array(z.unknown())),
  function_call: lenient(z.object({})),
});

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

/** Whether a message or a delta has anything in it: a word, a sound, a refusal, or a call of a tool. */
export function saysAnything(message: z.infer<typeof said> | undefined): boolean {
  const { content, audio, refusal, tool_calls, function_call } = message ?? {};
  const words = [content, audio?.data, audio?.transcript, refusal];
  return (
    words.some((it) => it !== undefined && it !== '') || (tool_calls?.length ?? 0) > 0 || function_call !== undefined
  );
}

/** What is said by a message or a delta: written, or as its speech was written down. */
export function textOf(message: z.infer<typeof said> | undefined): string | undefined {
  return message?.content ?? message?.audio?.transcript;
}
