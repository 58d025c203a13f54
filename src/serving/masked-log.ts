import type { Redactor } from '../domain/redaction/redactor.js';
import type { LogEntry } from '../ledger/entry/log-entry.js';

/** The log with masks in all words that somebody has said, asked or complained of, and how many of them there are. */
export function maskedLog(entry: LogEntry, redactor: Redactor | undefined): LogEntry {
  if (!redactor) return entry;
  const mask = (text: string | null): string | null => (text === null ? null : redactor.redact(text));
  const transcript = mask(entry.transcript);
  const question = mask(entry.question);
  const counts = redactor.tally([transcript, question].join('\n'));
  return {
    ...entry,
    transcript,
    question,
    errorMessage: mask(entry.errorMessage),
    attempts: entry.attempts.map((attempt) => ({ ...attempt, error: mask(attempt.error) })),
    warnings: counts.length > 0 ? [...entry.warnings, `masked: ${counts.join(', ')}`] : entry.warnings,
  };
}
