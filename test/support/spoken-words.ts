import { SPOKEN } from './simulator-fixtures.js';

/** One word of what the simulated models hear. */
export interface SpokenWord {
  /** As written in the transcript, with its punctuation. */
  readonly text: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** Who says it, counted from 0. */
  readonly speaker: number;
}

/** The seconds of audio that the simulated models hear. */
export const SPOKEN_SECONDS = 9.5;

/** `SPOKEN` word by word: the first speaker says the first sentence, the second one the second. */
export const spokenWords: readonly SpokenWord[] = timed(SPOKEN.split(' '));

/** The same, sentence by sentence. */
export const spokenSentences: readonly (readonly SpokenWord[])[] = [0, 1].map((speaker) =>
  spokenWords.filter((it) => it.speaker === speaker),
);

/** Half a second a word, a tenth of silence after it, and a second between the sentences. */
function timed(texts: readonly string[]): SpokenWord[] {
  let tenths = 0;
  let speaker = 0;
  return texts.map((text) => {
    const word = { text, startSeconds: tenths / 10, endSeconds: (tenths + 5) / 10, speaker };
    const endsSentence = text.endsWith('.');
    tenths += endsSentence ? 15 : 6;
    if (endsSentence) speaker += 1;
    return word;
  });
}
