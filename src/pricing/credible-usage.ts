import { isCredibleDuration, type RecordingLength } from '../domain/credible-duration.js';
import type { TokenUsage, Usage } from '../domain/usage.js';

/** A day of speech makes three million of them in the models that count the most. */
const MAX_TOKENS = 10_000_000;

/** What a provider's figure is held against. */
export interface UsageFacts extends RecordingLength {
  /** As the provider reported it. */
  readonly usage: Usage | undefined;
  /** What of it contradicts itself. */
  readonly usageDoubt?: string;
  /** What was written down. */
  readonly text?: string;
  /** Only for the warning. */
  readonly provider: string;
  /** Only for the warning. */
  readonly upstreamModel: string;
}

/** What is left of a report. */
export interface CredibleUsage {
  readonly usage?: Usage;
  /** Whether a bill that is made of it is an estimate. */
  readonly isDoubtful?: boolean;
  /** For the administrator. */
  readonly warning?: string;
}

/**
 * What a provider reports, as far as it can be true. A duration beyond what the recording can have, none at all for a
 * transcript with words in it, and counts of tokens that no call has are not believed: a warning says so, and the bill is
 * made of what else is known. What contradicts itself or the transcript is used with a warning, and doubted.
 */
export function credibleUsage(facts: UsageFacts): CredibleUsage {
  const { usage, provider, upstreamModel } = facts;
  if (usage === undefined) return {};
  const incredible =
    usage.type === 'duration' ? incredibleSeconds(usage.seconds, facts) : incredibleTokens(usage, facts);
  const doubts = [facts.usageDoubt, doubtOfTokens(usage, facts)].filter((it) => it !== undefined);
  if (incredible === undefined && doubts.length === 0) return { usage };
  if (incredible === undefined) {
    const warning = `what ${provider}/${upstreamModel} reports of its usage contradicts itself: ${doubts.join(', ')}`;
    return { usage, isDoubtful: true, warning };
  }
  return { warning: `what ${provider}/${upstreamModel} reports of its usage is not believed: ${incredible}` };
}

function incredibleSeconds(seconds: number, facts: UsageFacts): string | undefined {
  if (seconds === 0) {
    return facts.text?.trim() ? '0 seconds for a recording in which it heard words' : undefined;
  }
  if (isCredibleDuration(seconds, facts)) return undefined;
  const { measuredSeconds, sizeBytes } = facts;
  const known =
    measuredSeconds !== undefined ? ` of ${measuredSeconds}` : sizeBytes !== undefined ? ` of ${sizeBytes} bytes` : '';
  return `${seconds} seconds for a recording${known}`;
}

function incredibleTokens(
  { input_token_details: { audio_tokens, text_tokens }, output_tokens }: TokenUsage,
  { text }: UsageFacts,
): string | undefined {
  if (audio_tokens + text_tokens + output_tokens === 0) {
    return text?.trim() ? '0 tokens for a recording in which it heard words' : undefined;
  }
  const count = [audio_tokens, text_tokens, output_tokens].find((it) => !(it >= 0 && it <= MAX_TOKENS));
  return count === undefined ? undefined : `${count} tokens`;
}

/** Words are counted where they come out, and nobody hears them without counting what went in. */
function doubtOfTokens(usage: Usage, { text }: UsageFacts): string | undefined {
  if (usage.type !== 'tokens' || !text?.trim()) return undefined;
  const side = usage.input_tokens === 0 ? 'input' : usage.output_tokens === 0 ? 'output' : undefined;
  return side && `0 tokens of ${side} for a recording in which it heard words`;
}
