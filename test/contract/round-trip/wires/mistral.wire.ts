import { RECORDING_SECONDS, script, scriptText } from '../../../fixtures/two-speakers/script.js';
import { answer, type ScriptedAnswer } from '../../../support/simulator-answers.js';
import type { RecordedRequest } from '../../../support/simulator-request.js';

/** Whoever speaks first need not be the first by number. */
const SPEAKERS = { A: 'speaker_2', B: 'speaker_1' };

/** The recording as Voxtral writes it: ISO-639-1, segments only where they were asked for, no duration but what is billed. */
export function mistralWire(request: RecordedRequest): ScriptedAnswer {
  const timed = request.values('timestamp_granularities').includes('segment');
  const diarized = request.value('diarize') === 'true';
  return answer(200, {
    model: 'voxtral-mini-2602',
    text: scriptText,
    language: 'en',
    segments: (timed ? script : []).map(({ text, startSeconds, endSeconds, speaker }) => ({
      type: 'transcription_segment',
      text,
      start: startSeconds,
      end: endSeconds,
      score: null,
      speaker_id: diarized ? SPEAKERS[speaker] : null,
    })),
    usage: { prompt_tokens: 4, completion_tokens: 90, total_tokens: 500, prompt_audio_seconds: RECORDING_SECONDS },
  });
}
