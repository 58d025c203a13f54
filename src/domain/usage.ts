import { z } from 'zod';

const tokens = z.number().nonnegative();
const cachedTokens = tokens.optional().meta({ description: "Those of them that came from the provider's cache" });

/**
 * What a provider says it will bill, in the two forms of OpenAI's `usage` object. The same in answers, in the ledger and
 * in code. A provider that does not split its input tokens reports all of them as audio.
 */
export const usageSchema = z
  .discriminatedUnion('type', [
    z.object({
      type: z.literal('duration'),
      seconds: z.number().nonnegative().meta({ description: 'Seconds of audio', example: 9 }),
    }),
    z.object({
      type: z.literal('tokens'),
      input_tokens: tokens,
      input_token_details: z.object({
        text_tokens: tokens,
        audio_tokens: tokens,
        cached_text_tokens: cachedTokens,
        cached_audio_tokens: cachedTokens,
      }),
      output_tokens: tokens,
      output_token_details: z
        .object({ text_tokens: tokens, audio_tokens: tokens })
        .optional()
        .meta({ description: 'Of an answer that is spoken; absent = all of it is text' }),
      total_tokens: tokens,
    }),
  ])
  .meta({ id: 'Usage', description: 'What the provider bills' });
export type Usage = z.infer<typeof usageSchema>;

/** The form of a usage that is counted in tokens. */
export type TokenUsage = Extract<Usage, { type: 'tokens' }>;

/** The usage of so many tokens, with its sums. */
export function tokenUsage(counted: {
  readonly audio: number;
  readonly text: number;
  readonly output: number;
  /** Of the output, those that are speech. */
  readonly outputAudio?: number;
  /** Of the audio and of the text, those from the provider's cache. */
  readonly cachedAudio?: number;
  readonly cachedText?: number;
}): TokenUsage {
  const { cachedAudio = 0, cachedText = 0, outputAudio = 0 } = counted;
  const input = counted.audio + counted.text;
  return {
    type: 'tokens',
    input_tokens: input,
    input_token_details: {
      text_tokens: counted.text,
      audio_tokens: counted.audio,
      ...(cachedText > 0 && { cached_text_tokens: cachedText }),
      ...(cachedAudio > 0 && { cached_audio_tokens: cachedAudio }),
    },
    output_tokens: counted.output,
    ...(outputAudio > 0 && {
      output_token_details: { text_tokens: counted.output - outputAudio, audio_tokens: outputAudio },
    }),
    total_tokens: input + counted.output,
  };
}
