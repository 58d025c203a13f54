import { z } from 'zod';
import { lenient, lenientList, lenientText } from '../lenient-schema.js';
import { wireNumber, wireQuantity } from '../wire-number.js';

const count = wireQuantity;

/** One chunk of `streamGenerateContent`, or the whole answer of `generateContent`. */
export const contentSchema = z.object({
  candidates: lenientList(
    z.object({
      content: lenient(
        z.object({
          parts: lenientList(
            z.object({
              text: lenient(z.string()),
              thought: lenient(z.boolean()),
              /** Of a model that speaks: a piece of the audio in base64. */
              inlineData: lenient(z.object({ mimeType: lenient(z.string()), data: lenient(z.string()) })),
            }),
          ),
        }),
      ),
      finishReason: lenient(z.string()),
    }),
  ),
  /** Present when the model was not even asked. */
  promptFeedback: lenient(z.object({ blockReason: lenient(z.string()) })),
  usageMetadata: lenient(
    z.object({
      promptTokenCount: count,
      candidatesTokenCount: count,
      /** Not among the tokens of the candidates, but billed like them. */
      thoughtsTokenCount: count,
      totalTokenCount: count,
      promptTokensDetails: lenientList(z.object({ modality: z.string(), tokenCount: count })),
      /** Of the prompt's tokens, those that come from a cache. */
      cachedContentTokenCount: count,
      cacheTokensDetails: lenientList(z.object({ modality: z.string(), tokenCount: count })),
    }),
  ),
  responseId: lenient(z.string()),
});
export type Content = z.infer<typeof contentSchema>;

/** A time from the start of the audio, in seconds: `1.2s` on the wire. */
const offset = lenient(
  z
    .string()
    .transform((text) => text.replace(/s$/, ''))
    .or(z.number())
    .pipe(wireNumber),
);

const annotation = z.object({
  type: lenient(z.string()),
  text: lenientText,
  start_offset: offset,
  end_offset: offset,
  speaker: lenientText,
});
export type Annotation = z.infer<typeof annotation>;

const block = z.object({
  type: lenient(z.string()),
  text: lenient(z.string()),
  annotations: lenientList(annotation),
});

/** The answer of `/v1beta/interactions`. */
export const interactionSchema = z.object({
  id: lenient(z.string()),
  status: z.string(),
  steps: lenientList(
    z.object({ type: lenient(z.string()), content: lenientList(block), error: z.unknown().optional() }),
  ),
  /** Present when it failed, unless the step that failed has it. */
  errors: lenient(z.array(z.unknown())),
  usage: lenient(
    z.object({
      total_input_tokens: count,
      total_output_tokens: count,
      total_thought_tokens: count,
      total_tokens: count,
      input_tokens_by_modality: lenientList(z.object({ modality: z.string(), tokens: count })),
      total_cached_tokens: count,
      cached_tokens_by_modality: lenientList(z.object({ modality: z.string(), tokens: count })),
    }),
  ),
});
export type Interaction = z.infer<typeof interactionSchema>;
