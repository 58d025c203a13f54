import { z } from 'zod';
import type { ToldUsage } from '../../domain/bill.js';
import { lenient } from '../lenient-schema.js';
import { tellTokens } from '../token-counts.js';
import { wireQuantity } from '../wire-number.js';

const details = lenient(
  z.object({
    text_tokens: wireQuantity,
    audio_tokens: wireQuantity,
    cached_tokens: wireQuantity,
    cached_tokens_details: lenient(z.object({ text_tokens: wireQuantity, audio_tokens: wireQuantity })),
  }),
);

const wireUsage = z.object({
  type: lenient(z.string()),
  seconds: wireQuantity,
  /** Mistral's name, on servers that pass its answers on. */
  prompt_audio_seconds: wireQuantity,
  input_tokens: wireQuantity,
  output_tokens: wireQuantity,
  total_tokens: wireQuantity,
  /** The names of chat completions, on servers that have only those. */
  prompt_tokens: wireQuantity,
  completion_tokens: wireQuantity,
  input_token_details: details,
  prompt_tokens_details: details,
});
type WireUsage = z.infer<typeof wireUsage>;

/**
 * OpenAI's `usage`, read by its contents: the documented stream example and several self-hosted servers leave out
 * `type`, and what is null or no quantity counts as left out. What cannot be understood counts as not reported, and what
 * contradicts itself is doubted.
 */
export const usageSchema = lenient(wireUsage.transform(toUsage));

function toUsage(wire: WireUsage): ToldUsage {
  const seconds = wire.seconds ?? wire.prompt_audio_seconds;
  const tokens = toTokens(wire);
  if (seconds === undefined || (tokens.usage && wire.type === 'tokens')) return tokens;
  const { total_tokens: counted = 0 } = tokens.usage?.type === 'tokens' ? tokens.usage : {};
  // Nobody bills nothing and counts tokens beside it.
  if (seconds === 0 && counted > 0) return { ...tokens, usageDoubt: `0 seconds beside ${counted} tokens` };
  return {
    usage: { type: 'duration', seconds },
    ...withDoubt(told('seconds', wire.seconds, wire.prompt_audio_seconds)),
  };
}

function toTokens(wire: WireUsage): ToldUsage {
  const kinds = wire.input_token_details ?? wire.prompt_tokens_details;
  const cached = kinds?.cached_tokens_details;
  const tokens = tellTokens({
    input: wire.input_tokens ?? wire.prompt_tokens,
    audio: kinds?.audio_tokens,
    text: kinds?.text_tokens,
    cached: kinds?.cached_tokens,
    cachedAudio: cached?.audio_tokens,
    cachedText: cached?.text_tokens,
    output: wire.output_tokens ?? wire.completion_tokens,
    total: wire.total_tokens,
  });
  return {
    ...tokens,
    ...withDoubt(
      told('input tokens', wire.input_tokens, wire.prompt_tokens),
      told('output tokens', wire.output_tokens, wire.completion_tokens),
      tokens.usageDoubt,
    ),
  };
}

/** What is said of one quantity by two names, where it differs. */
function told(what: string, one: number | undefined, other: number | undefined): string | undefined {
  return one === undefined || other === undefined || one === other ? undefined : `${one} and ${other} ${what}`;
}

function withDoubt(...doubts: readonly (string | undefined)[]): Pick<ToldUsage, 'usageDoubt'> {
  const raised = doubts.filter((it) => it !== undefined);
  return raised.length > 0 ? { usageDoubt: raised.join(', ') } : {};
}
