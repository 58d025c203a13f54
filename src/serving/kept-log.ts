import type { Privacy } from '../domain/privacy.js';
import type { LogEntry } from '../ledger/entry/log-entry.js';

/** What stands in the place of words that may quote what was sent or said. */
const NOT_KEPT = 'not kept: zero retention';

/**
 * What may be kept of a log. Without transcripts it has none of the words that were said, asked or answered; with zero retention
 * it has no text that may quote them either: those of errors are a provider's, or repeat what a client has sent.
 */
export function keptLog(entry: LogEntry, { keep_transcripts, zero_retention }: Privacy): LogEntry {
  if (keep_transcripts && !zero_retention) return entry;
  const kept = { ...entry, transcript: null, question: null, segments: null };
  if (!zero_retention) return kept;
  return {
    ...kept,
    errorMessage: entry.errorMessage === null ? null : NOT_KEPT,
    attempts: entry.attempts.map((attempt) => ({ ...attempt, error: attempt.error === null ? null : NOT_KEPT })),
    // The reasons of the plan and the warnings are the gateway's own words; what they name of a request are fields and values.
    plan: entry.plan && {
      ...entry.plan,
      left_out: entry.plan.left_out.map((it) => ({ ...it, explanation: quoteless(it.explanation) })),
    },
    warnings: entry.warnings.map(quoteless),
  };
}

/** What stands between quotation marks may be a client's. */
function quoteless(text: string): string {
  return text.replaceAll(/'[^']*'/g, "'...'");
}
