import { z } from 'zod';
import { lenient } from '../lenient-schema.js';

const count = lenient(z.number().nonnegative());

/** One chunk of `streamGenerateContent`, or the whole answer of `generateContent`. */
export const contentSchema = z.object({
  candidates: lenient(
    z.array(
      z.object({
        content: lenient(
          z.object({
            parts: lenient(z.array(z.object({ text: lenient(z.string()), thought: lenient(z.boolean()) }))),
          }),
        ),
        finishReason: lenient(z.string()),
      }),
    ),
  ),
  /** Present when the model was not even asked. */
  promptFeedback: lenient(z.object({ blockReason: lenient(z.string()) })),
  usageMetadata: lenient(
    z.object({
      promptTokenCount: count,
      candidatesTokenCount: count,
      /** Not among the tokens of the candidates, but billed like them. */
      thoughtsTokenCount: count,
      promptTokensDetails: lenient(z.array(z.object({ modality: z.string(), tokenCount: count }))),
    }),
  ),
  responseId: lenient(z.string()),
});
export type Content = z.infer<typeof contentSchema>;

/** A time from the start of the audio, in seconds: `1.2s` on the wire. */
const offset = lenient(
  z
    .string()
    .regex(/^\d+(?:\.\d+)?s$/)
    .transform((text) => Number(text.slice(0, -1))),
);

const annotation = z.object({
  type: lenient(z.string()),
  text: lenient(z.string()),
  start_offset: offset,
  end_offset: offset,
  speaker: lenient(z.string()),
});
export type Annotation = z.infer<typeof annotation>;

const block = z.object({
  type: lenient(z.string()),
  text: lenient(z.string()),
  annotations: lenient(z.array(annotation)),
});

/** The answer of `/v1beta/interactions`. */
export const interactionSchema = z.object({
  id: lenient(z.string()),
  status: z.string(),
  steps: lenient(
    z.array(z.object({ type: lenient(z.string()), content: lenient(z.array(block)), error: z.unknown().optional() })),
  ),
  /** Present when it failed, unless the step that failed has it. */
  errors: lenient(z.array(z.unknown())),
  usage: lenient(
    z.object({
      total_input_tokens: count,
      total_output_tokens: count,
      total_thought_tokens: count,
      input_tokens_by_modality: lenient(z.array(z.object({ modality: z.string(), tokens: count }))),
    }),
  ),
});
export type Interaction = z.infer<typeof interactionSchema>;
