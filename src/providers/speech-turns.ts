import { inOrder } from '../domain/mend-times.js';
import type { Logprob, ReportedResult, ReportedWord } from '../domain/transcription.js';
import { SpeakerLabels } from './speaker-labels.js';

/** What one voice said before it paused or another spoke. */
export interface SpeechTurn {
  readonly text: string;
  readonly startSeconds?: number;
  readonly endSeconds?: number;
  /** The provider's name for the voice: a channel, or a speaker on a channel. */
  readonly speaker: string | number;
  readonly words: readonly ReportedWord[];
  readonly logprobs?: readonly Logprob[];
}

/**
 * Tells the separate transcripts of a recording's channels as one conversation. The turns are sorted by their start and
 * stay whole where two voices overlap, so that text, words and segments are in one order and nobody is interrupted in
 * the middle of a sentence.
 */
export function tellTurns(
  turns: readonly SpeechTurn[],
): Required<Pick<ReportedResult, 'text' | 'words' | 'segments'>> & Pick<ReportedResult, 'logprobs'> {
  const labels = new SpeakerLabels();
  const told = inOrder(turns, ({ startSeconds: start, endSeconds: end }) => ({ start, end })).map((turn) => ({
    ...turn,
    speaker: labels.of(turn.speaker),
  }));
  const logprobs = told.flatMap((turn) => turn.logprobs ?? []);
  return {
    text: told.map(({ text }) => text).join(' '),
    words: told.flatMap(({ words, speaker }) => words.map((word) => ({ ...word, speaker }))),
    segments: told.map(({ text, startSeconds, endSeconds, speaker }) => ({ text, startSeconds, endSeconds, speaker })),
    ...(logprobs.length > 0 && { logprobs }),
  };
}
