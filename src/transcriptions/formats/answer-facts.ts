import type { TranscriptionRequest, TranscriptionResult } from '../../domain/transcription.js';
import type { Usage } from '../../domain/usage.js';

/** OpenAI's `usage` object. */
export type UsageBody =
  | { readonly type: 'duration'; readonly seconds: number }
  | {
      readonly type: 'tokens';
      readonly input_tokens: number;
      readonly input_token_details: { readonly text_tokens: number; readonly audio_tokens: number };
      readonly output_tokens: number;
      readonly total_tokens: number;
    };

/** OpenAI's form of what the provider bills. */
export function toUsageBody(usage: Usage): UsageBody {
  if (usage.type === 'duration') return { type: 'duration', seconds: usage.seconds };
  const input = usage.audioInput + usage.textInput;
  return {
    type: 'tokens',
    input_tokens: input,
    input_token_details: { text_tokens: usage.textInput, audio_tokens: usage.audioInput },
    output_tokens: usage.output,
    total_tokens: input + usage.output,
  };
}

/**
 * The `usage` of an answer; absent when the provider reported none, when the place takes only the other form (OpenAI's
 * schemas allow only durations in `verbose_json` and only tokens in the last stream event), and in translations.
 */
export function usageField(
  { usage }: Pick<TranscriptionResult, 'usage'>,
  { task }: Pick<TranscriptionRequest, 'task'>,
  allowed: Usage['type'] | 'any' = 'any',
): { usage?: UsageBody } {
  if (!usage || task === 'translate' || (allowed !== 'any' && usage.type !== allowed)) return {};
  return { usage: toUsageBody(usage) };
}

/** The `logprobs` of an answer; present only when the client included them and the provider reported them. */
export function logprobsField(
  { logprobs }: Pick<TranscriptionResult, 'logprobs'>,
  { include }: Pick<TranscriptionRequest, 'include'>,
): Pick<TranscriptionResult, 'logprobs'> {
  return logprobs && include.includes('logprobs') ? { logprobs } : {};
}

/** What the client's own options made the provider find besides; not OpenAI's, so under a name of our own. */
export function providerDataField({ providerData }: Pick<TranscriptionResult, 'providerData'>): {
  provider_data?: Readonly<Record<string, unknown>>;
} {
  return providerData ? { provider_data: providerData } : {};
}

/** The length of the audio in seconds as well as the result knows it: measured, billed, or until the last word. */
export function durationSecondsOf(result: TranscriptionResult): number {
  if (result.durationSeconds !== undefined) return result.durationSeconds;
  if (result.usage?.type === 'duration') return result.usage.seconds;
  const timed = [...(result.words ?? []), ...(result.segments ?? [])];
  return timed.reduce((latest, { endSeconds }) => Math.max(latest, endSeconds), 0);
}
