import type { TranscriptionRequest, TranscriptionResult } from '../../domain/transcription.js';
import type { Usage } from '../../domain/usage.js';

/**
 * The `usage` of an answer; absent when the provider reported none, when the place takes only the other form (OpenAI's
 * schema allows only durations in `verbose_json`), and in translations.
 */
export function usageField(
  { usage }: Pick<TranscriptionResult, 'usage'>,
  { task }: Pick<TranscriptionRequest, 'task'>,
  allowed: Usage['type'] | 'any' = 'any',
): { usage?: Usage } {
  if (!usage || task === 'translate' || (allowed !== 'any' && usage.type !== allowed)) return {};
  return { usage };
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
