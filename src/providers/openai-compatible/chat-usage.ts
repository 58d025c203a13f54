import { z } from 'zod';
import { type Bill, type ToldUsage, toldBill } from '../../domain/bill.js';
import type { TokenUsage } from '../../domain/usage.js';
import { lenient } from '../lenient-schema.js';
import { tellTokens } from '../token-counts.js';
import { wireQuantity } from '../wire-number.js';
import { reportedCostOf } from './openai-bill.js';

const details = lenient(
  z.object({
    text_tokens: wireQuantity,
    audio_tokens: wireQuantity,
    cached_tokens: wireQuantity,
    cached_tokens_details: lenient(z.object({ text_tokens: wireQuantity, audio_tokens: wireQuantity })),
  }),
);

/** https://platform.openai.com/docs/api-reference/chat/object#chat/object-usage */
const chatUsageSchema = z.object({
  usage: z.object({
    prompt_tokens: wireQuantity,
    completion_tokens: wireQuantity,
    total_tokens: wireQuantity,
    prompt_tokens_details: details,
    completion_tokens_details: lenient(z.object({ audio_tokens: wireQuantity, reasoning_tokens: wireQuantity })),
    // Mistral's name, and DeepSeek's, for what came from the cache.
    num_cached_tokens: wireQuantity,
    prompt_cache_hit_tokens: wireQuantity,
  }),
});
type ChatUsage = z.infer<typeof chatUsageSchema>['usage'];

/** What is known of a request whose usage is read. */
export interface HeardAudio {
  /** Whether there was anything to hear. */
  readonly hears: boolean;
  /** Of all recordings; absent = not known. */
  readonly seconds?: number;
  /** What a second of it counts as, where the provider documents it. */
  readonly tokensPerSecond?: number;
}

/**
 * What a chat completion, or a chunk of one, says of its bill; `undefined` when it says nothing. Who does not say how much of
 * the input was speech has it told by its length, where the provider documents that; otherwise all of it counts as speech.
 * Both are doubted. Thoughts that are in the total alone, as at Google and xAI, are output.
 */
export function chatBillOf(json: unknown, heard: HeardAudio): Bill | undefined {
  const usage = chatUsageSchema.safeParse(json).data?.usage;
  return toldBill({ ...(usage && usageOf(usage, heard)), costUsd: reportedCostOf(json) });
}

function usageOf(wire: ChatUsage, heard: HeardAudio): ToldUsage {
  const kinds = wire.prompt_tokens_details;
  const cached = kinds?.cached_tokens_details;
  const spoken = heardTokens(wire, heard);
  const told = tellTokens({
    input: wire.prompt_tokens,
    audio: spoken.audio,
    text: spoken.text,
    cached: kinds?.cached_tokens ?? wire.num_cached_tokens ?? wire.prompt_cache_hit_tokens,
    cachedAudio: cached?.audio_tokens,
    cachedText: cached?.text_tokens,
    output: outputOf(wire),
    total: wire.total_tokens,
  });
  if (told.usage?.type !== 'tokens') return told;
  const doubts = [spoken.doubt, told.usageDoubt].filter((it) => it !== undefined);
  return {
    usage: withSpokenOutput(told.usage, wire.completion_tokens_details?.audio_tokens),
    ...(doubts.length > 0 && { usageDoubt: doubts.join(', ') }),
  };
}

/** Who thinks aside says so by the number of its thoughts, or by the total alone. */
function outputOf({ prompt_tokens: input, completion_tokens: output, total_tokens: total, ...wire }: ChatUsage) {
  if (input === undefined || output === undefined || total === undefined) return output;
  const aside = total - input - output;
  const thoughts = wire.completion_tokens_details?.reasoning_tokens;
  return aside > 0 && (thoughts === undefined || thoughts === aside) ? output + aside : output;
}

/** How much of the input was speech. */
function heardTokens(
  { prompt_tokens: input = 0, prompt_tokens_details: kinds }: ChatUsage,
  { hears, seconds, tokensPerSecond }: HeardAudio,
): { readonly audio?: number; readonly text?: number; readonly doubt?: string } {
  const { audio_tokens: audio, text_tokens: text } = kinds ?? {};
  if (audio !== undefined || text !== undefined) return { audio, text };
  if (!hears) return { audio: 0 };
  if (seconds === undefined || tokensPerSecond === undefined) {
    return { audio: input, doubt: 'it does not say how much of the input was audio' };
  }
  const byLength = Math.min(Math.round(seconds * tokensPerSecond), input);
  return { audio: byLength, doubt: 'what of the input was audio is reckoned from its length' };
}

function withSpokenOutput(usage: TokenUsage, spoken = 0): TokenUsage {
  const audio_tokens = Math.min(spoken, usage.output_tokens);
  if (audio_tokens === 0) return usage;
  return { ...usage, output_token_details: { text_tokens: usage.output_tokens - audio_tokens, audio_tokens } };
}
