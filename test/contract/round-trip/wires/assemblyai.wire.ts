import {
  RECORDING_SECONDS,
  script,
  type ScriptSentence,
  scriptText,
  scriptWords,
} from '../../../fixtures/two-speakers/script.js';
import { completedJob } from '../../../support/assemblyai-fixtures.js';

/** Whoever speaks first need not be `A`. */
const SPEAKERS = { A: 'B', B: 'A' };

/** The recording as AssemblyAI writes it: milliseconds, and turns only where speakers were asked for. */
export const assemblyAiWire: typeof completedJob = (submitted, id) => {
  const withSpeakers = submitted['speaker_labels'] === true;
  const partOf = ({ text, startSeconds, endSeconds, speaker }: Part) => ({
    text,
    start: Math.round(startSeconds * 1_000),
    end: Math.round(endSeconds * 1_000),
    confidence: 0.97,
    speaker: withSpeakers ? SPEAKERS[speaker] : null,
  });
  return {
    ...completedJob(submitted, id),
    text: scriptText,
    language_code: 'en_us',
    audio_duration: RECORDING_SECONDS,
    words: scriptWords.map(partOf),
    utterances: withSpeakers
      ? turns().map((turn) => ({
          ...partOf(joined(turn)),
          words: turn.flatMap(({ words, speaker }) => words.map((word) => partOf({ ...word, speaker }))),
        }))
      : null,
  };
};

type Part = Pick<ScriptSentence, 'text' | 'startSeconds' | 'endSeconds' | 'speaker'>;

/** What one speaker says before the other one does. */
function turns(): ScriptSentence[][] {
  const told: ScriptSentence[][] = [];
  for (const sentence of script) {
    const last = told.at(-1);
    if (last?.[0]?.speaker === sentence.speaker) last.push(sentence);
    else told.push([sentence]);
  }
  return told;
}

function joined(turn: readonly ScriptSentence[]): Part {
  const [first, last] = [turn[0], turn.at(-1)];
  if (!first || !last) throw new Error('a turn has a sentence');
  return { ...first, text: turn.map(({ text }) => text).join(' '), endSeconds: last.endSeconds };
}
