import {
  RECORDING_SECONDS,
  script,
  type ScriptSentence,
  scriptText,
  scriptWords,
} from '../../../fixtures/two-speakers/script.js';
import { queryOf } from '../../../support/deepgram-simulator.js';
import { answer, type ScriptedAnswer } from '../../../support/simulator-answers.js';
import type { RecordedRequest } from '../../../support/simulator-request.js';

/** Whoever speaks first need not be the first by number. */
const SPEAKERS = { A: 1, B: 0 };

/** The recording as Deepgram writes it: BCP-47, seconds, words with and without their punctuation, numbered speakers. */
export function deepgramWire(request: RecordedRequest): ScriptedAnswer {
  return answer(200, {
    metadata: { request_id: 'dg-round-trip', duration: RECORDING_SECONDS, channels: 1 },
    results: deepgramResults(request),
  });
}

/** What was heard, as it is also written by others who have Deepgram's models. */
export function deepgramResults(request: RecordedRequest): object {
  const diarized = queryOf(request).get('diarize') === 'true';
  const named = (speaker: ScriptSentence['speaker']) => (diarized ? { speaker: SPEAKERS[speaker] } : {});
  const wordOf = ({ text, startSeconds, endSeconds, speaker }: (typeof scriptWords)[number]) => ({
    word: text.toLowerCase().replaceAll(/[^\w']/g, ''),
    start: startSeconds,
    end: endSeconds,
    confidence: 0.98,
    punctuated_word: text,
    ...named(speaker),
  });
  return {
    channels: [
      {
        alternatives: [{ transcript: scriptText, confidence: 0.98, words: scriptWords.map(wordOf) }],
        detected_language: 'en-US',
      },
    ],
    utterances: script.map(({ text, startSeconds, endSeconds, words, speaker }) => ({
      start: startSeconds,
      end: endSeconds,
      confidence: 0.98,
      channel: 0,
      transcript: text,
      words: words.map((word) => wordOf({ ...word, speaker })),
      ...named(speaker),
    })),
  };
}
