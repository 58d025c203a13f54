import type { Logprob, TranscriptionResult, Word } from '../domain/transcription.js';
import { SpeakerLabels } from './speaker-labels.js';

/** What one voice said before it paused or another spoke. */
export interface SpeechTurn {
  readonly text: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** The provider's name for the voice: a channel, or a speaker on a channel. */
  readonly speaker: string | number;
  readonly words: readonly Word[];
  readonly logprobs?: readonly Logprob[];
}

/**
 * Tells the separate transcripts of a recording's channels as one conversation. The turns are sorted by their start and
 * stay whole where two voices overlap, so that text, words and segments are in one order and nobody is interrupted in
 * the middle of a sentence.
 */
export function tellTurns(
  turns: readonly SpeechTurn[],
): Required<Pick<TranscriptionResult, 'text' | 'words' | 'segments'>> & Pick<TranscriptionResult, 'logprobs'> {
  const labels = new SpeakerLabels();
  const told = turns
    .toSorted((one, other) => one.startSeconds - other.startSeconds)
    .map((turn) => ({ ...turn, speaker: labels.of(turn.speaker) }));
  const logprobs = told.flatMap((turn) => turn.logprobs ?? []);
  return {
    text: told.map(({ text }) => text).join(' '),
    words: told.flatMap(({ words, speaker }) => words.map((word) => ({ ...word, speaker }))),
    segments: told.map(({ text, startSeconds, endSeconds, speaker }) => ({ text, startSeconds, endSeconds, speaker })),
    ...(logprobs.length > 0 && { logprobs }),
  };
}
