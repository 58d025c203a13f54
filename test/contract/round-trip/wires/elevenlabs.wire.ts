import { RECORDING_SECONDS, scriptText, scriptWords } from '../../../fixtures/two-speakers/script.js';
import { answer, type ScriptedAnswer } from '../../../support/simulator-answers.js';
import type { RecordedRequest } from '../../../support/simulator-request.js';

/** Whoever speaks first need not be the first by number. */
const SPEAKERS = { A: 'speaker_1', B: 'speaker_0' };

/** The recording as Scribe writes it: ISO-639-3, words with the spaces between them as items of their own. */
export function elevenLabsWire(request: RecordedRequest): ScriptedAnswer {
  const diarized = request.value('diarize') === 'true';
  const items = scriptWords.flatMap(({ text, startSeconds, endSeconds, speaker }, index) => {
    const speaker_id = diarized ? SPEAKERS[speaker] : SPEAKERS.B;
    const before = scriptWords[index - 1];
    const space = { text: ' ', type: 'spacing', start: before?.endSeconds, end: startSeconds, speaker_id, logprob: 0 };
    const word = { text, type: 'word', start: startSeconds, end: endSeconds, speaker_id, logprob: -0.1 };
    return before ? [space, word] : [word];
  });
  return answer(200, {
    language_code: 'eng',
    language_probability: 0.99,
    text: scriptText,
    words: items,
    audio_duration_secs: RECORDING_SECONDS,
    transcription_id: 'scribe-round-trip',
  });
}
