import { z } from 'zod';
import { tokenUsage, type Usage } from '../../domain/usage.js';

const count = z.number().nonnegative();

/**
 * OpenAI's `usage`, read by its contents: the documented stream example and several self-hosted servers leave out
 * `type`. What cannot be understood counts as not reported.
 */
export const usageSchema = z
  .object({
    seconds: count.optional(),
    input_tokens: count.optional(),
    output_tokens: count.optional(),
    input_token_details: z
      .object({ text_tokens: count.nullish(), audio_tokens: count.nullish() })
      .nullish()
      .catch(undefined),
  })
  .transform(toUsage)
  .nullish()
  .transform((usage) => usage ?? undefined)
  .catch(undefined);

interface WireUsage {
  readonly seconds?: number;
  readonly input_tokens?: number;
  readonly output_tokens?: number;
  readonly input_token_details?: { readonly text_tokens?: number | null; readonly audio_tokens?: number | null } | null;
}

function toUsage(wire: WireUsage): Usage | undefined {
  if (wire.seconds !== undefined) return { type: 'duration', seconds: wire.seconds };
  const { audio_tokens: audio, text_tokens: text } = wire.input_token_details ?? {};
  if (wire.input_tokens === undefined && audio == null && text == null) return undefined;
  const input = wire.input_tokens ?? (audio ?? 0) + (text ?? 0);
  const textInput = Math.min(input, text ?? (audio == null ? 0 : Math.max(0, input - audio)));
  return tokenUsage({ audio: input - textInput, text: textInput, output: wire.output_tokens ?? 0 });
}
