import { tokenUsage, type Usage } from '../../domain/usage.js';
import type { Content, Interaction } from './gemini.schema.js';

/** What `generateContent` bills; `undefined` when it does not say. */
export function usageOfContent({ usageMetadata: usage }: Content): Usage | undefined {
  return toUsage({
    input: usage?.promptTokenCount,
    audio: usage?.promptTokensDetails?.find(({ modality }) => isAudio(modality))?.tokenCount,
    outputs: [usage?.candidatesTokenCount, usage?.thoughtsTokenCount],
  });
}

/** What an interaction bills; `undefined` when it does not say. */
export function usageOfInteraction({ usage }: Interaction): Usage | undefined {
  return toUsage({
    input: usage?.total_input_tokens,
    audio: usage?.input_tokens_by_modality?.find(({ modality }) => isAudio(modality))?.tokens,
    outputs: [usage?.total_output_tokens, usage?.total_thought_tokens],
  });
}

function isAudio(modality: string): boolean {
  return modality.toLowerCase() === 'audio';
}

function toUsage(counts: {
  readonly input: number | undefined;
  readonly audio: number | undefined;
  readonly outputs: readonly (number | undefined)[];
}): Usage | undefined {
  const { input, audio = input, outputs } = counts;
  if (input === undefined || audio === undefined) return undefined;
  const heard = Math.min(audio, input);
  const output = outputs.reduce<number>((sum, it) => sum + (it ?? 0), 0);
  return tokenUsage({ audio: heard, text: input - heard, output });
}
