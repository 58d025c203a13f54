import {
  RECORDING_SECONDS,
  script,
  type ScriptWord,
  scriptText,
  scriptWords,
} from '../../../fixtures/two-speakers/script.js';
import { answer, type ScriptedAnswer } from '../../../support/simulator-answers.js';
import { deepgramResults } from './deepgram.wire.js';
import type { RecordedRequest } from '../../../support/simulator-request.js';

/** The recording as Workers AI writes it: words in segments, or, by the older whisper, words alone. */
export function cloudflareWire(request: RecordedRequest): ScriptedAnswer {
  const { path } = request;
  if (path.includes('/deepgram/')) return enveloped({ results: deepgramResults(request) });
  const result = path.endsWith('/whisper')
    ? { text: scriptText, word_count: scriptWords.length, words: scriptWords.map((it) => wordOf(it)) }
    : {
        transcription_info: { language: 'en', language_probability: 0.99, duration: RECORDING_SECONDS },
        text: scriptText,
        word_count: scriptWords.length,
        segments: script.map(({ text, startSeconds, endSeconds, words }) => ({
          start: startSeconds,
          end: endSeconds,
          text: ` ${text}`,
          words: words.map((it) => wordOf(it, ' ')),
        })),
      };
  return enveloped(result);
}

function enveloped(result: object): ScriptedAnswer {
  return answer(200, { result, success: true, errors: [], messages: [] });
}

function wordOf({ text, startSeconds, endSeconds }: ScriptWord, lead = ''): object {
  return { word: lead + text, start: startSeconds, end: endSeconds };
}
