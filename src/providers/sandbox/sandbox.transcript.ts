import type { Logprob, Segment, Word } from '../../domain/transcription.js';

/** What the sandbox knows about a recording: nothing that anybody says in it. */
export interface Recording {
  readonly filename: string;
  readonly container?: string;
  readonly sizeBytes: number;
  /** Absent = could not be measured. */
  readonly durationSeconds?: number;
}

/** A made-up transcript with times. */
export interface SandboxTranscript {
  readonly text: string;
  readonly durationSeconds: number;
  readonly words: readonly Word[];
  /** One for each sentence. */
  readonly segments: readonly Segment[];
}

/** The length assumed for audio that cannot be measured. */
const ASSUMED_SECONDS = 1;

const bytes = new Intl.NumberFormat('en-US', { style: 'unit', unit: 'byte', unitDisplay: 'long' });
const seconds = new Intl.NumberFormat('en-US', {
  style: 'unit',
  unit: 'second',
  unitDisplay: 'long',
  maximumFractionDigits: 1,
});

/**
 * Makes the transcript that the sandbox gives for a recording, always the same for the same recording: it says that it
 * is none, and what was measured. Its words are spread evenly over the duration, to the
 * millisecond.
 * @param speakers who says the sentences, in turn; empty = nobody is named
 */
export function makeTranscript(recording: Recording, speakers: readonly string[]): SandboxTranscript {
  const sentences = makeSentences(recording).map((sentence) => sentence.split(' '));
  const durationSeconds = recording.durationSeconds ?? ASSUMED_SECONDS;
  const wordCount = sentences.reduce((count, sentence) => count + sentence.length, 0);
  const timeOf = (wordIndex: number) => Math.round((durationSeconds * 1_000 * wordIndex) / wordCount) / 1_000;
  const words: Word[] = [];
  const segments: Segment[] = [];
  for (const [index, sentence] of sentences.entries()) {
    const speaker = speakers[index % speakers.length];
    const startSeconds = timeOf(words.length);
    for (const word of sentence) {
      words.push({ word, startSeconds: timeOf(words.length), endSeconds: timeOf(words.length + 1), speaker });
    }
    segments.push({ text: sentence.join(' '), startSeconds, endSeconds: timeOf(words.length), speaker });
  }
  return { text: segments.map(({ text }) => text).join(' '), durationSeconds, words, segments };
}

function makeSentences({ filename, container, sizeBytes, durationSeconds }: Recording): string[] {
  const name = filename.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  const kind = container ? `${/^[aeiou]/i.test(container) ? 'an' : 'a'} ${container} recording` : 'a recording';
  const measured = durationSeconds === undefined ? '' : `${seconds.format(durationSeconds)} and `;
  return [
    'This is the Auricle sandbox, not a transcription.',
    `The file ${name} is ${kind} of ${measured}${bytes.format(sizeBytes)}.`,
    ...(durationSeconds === undefined ? ['Its duration could not be measured, so one second is assumed.'] : []),
    'Add a provider to read what is really said in it.',
  ];
}

/** Log probabilities for a transcript, one token for each word; their tokens joined are the text. */
export function makeLogprobs(text: string): Logprob[] {
  return text.split(/(?<=\S)(?= )/).map((token, index) => ({
    token,
    logprob: -((index % 10) + 1) / 100,
    bytes: [...Buffer.from(token)],
  }));
}
