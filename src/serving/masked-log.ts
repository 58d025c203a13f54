import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Redactor } from '../domain/redaction/redactor.js';
import type { SpokenSegment } from '../domain/transcription.js';
import type { LogEntry } from '../ledger/entry/log-entry.js';

/** After so many characters, others have their turn: a question may have millions. */
const TURN_LENGTH = 4096;

/** The log with masks in all words that somebody has said, asked or complained of, and how many of them there are. */
export async function maskedLog(entry: LogEntry, redactor: Redactor | undefined): Promise<LogEntry> {
  if (!redactor) return entry;
  const transcript = await masked(entry.transcript, redactor);
  const question = await masked(entry.question, redactor);
  const attempts = [];
  for (const attempt of entry.attempts) attempts.push({ ...attempt, error: await masked(attempt.error, redactor) });
  const counts = redactor.tally([transcript, question].join('\n'));
  return {
    ...entry,
    transcript,
    question,
    // Their words are masked before they come here: those that the masked transcript does not have are not kept. Names are
    // in no transcript.
    segments: entry.segments && withMaskedSpeakers(entry.segments, redactor),
    errorMessage: await masked(entry.errorMessage, redactor),
    attempts,
    warnings: counts.length > 0 ? [...entry.warnings, `masked: ${counts.join(', ')}`] : entry.warnings,
  };
}

function withMaskedSpeakers(segments: readonly SpokenSegment[], redactor: Redactor): readonly SpokenSegment[] {
  // Thousands of segments are of few speakers.
  const names = new Map<string, string>();
  return segments.map((segment) => {
    const { speaker } = segment;
    if (speaker === undefined) return segment;
    const name = names.get(speaker) ?? redactor.redact(speaker);
    names.set(speaker, name);
    return { ...segment, speaker: name };
  });
}

async function masked(text: string | null, redactor: Redactor): Promise<string | null> {
  if (text === null) return null;
  const stream = redactor.stream();
  let said = '';
  for (let at = 0; at < text.length; at += TURN_LENGTH) {
    if (at > 0) await nextTurn();
    said += stream.push(text.slice(at, at + TURN_LENGTH));
  }
  return said + stream.end();
}
