import { scriptText, scriptWords } from '../../../fixtures/two-speakers/script.js';
import { parseJson, property } from '../../../../src/providers/answer-body.js';
import { contentAnswer } from '../../../support/gemini-fixtures.js';
import { answer, type ScriptedAnswer } from '../../../support/simulator-answers.js';
import type { RecordedRequest } from '../../../support/simulator-request.js';

/** Whoever speaks first need not be the first by name. */
const SPEAKERS = { A: 'spk_2', B: 'spk_1' };

/** The recording as Gemini writes it: text alone, or annotated with offsets in `1.2s`; no language and no duration. */
export function geminiWire(request: RecordedRequest): ScriptedAnswer {
  if (!request.path.endsWith('/interactions')) return answer(200, contentAnswer(scriptText));
  const config = property(property(parseJson(request.rawBody), 'generation_config'), 'transcription_config');
  const mode = property(config, 'mode');
  const timed = property(mode, 'timestamp_granularities') !== undefined;
  const diarized = property(mode, 'diarization_mode') !== undefined;
  const annotations = scriptWords.map(({ text, startSeconds, endSeconds, speaker }) => ({
    type: 'word_info',
    text,
    ...(timed && { start_offset: `${startSeconds}s`, end_offset: `${endSeconds}s` }),
    ...(diarized && { speaker: SPEAKERS[speaker] }),
  }));
  const content = [{ type: 'text', text: scriptText, ...((timed || diarized) && { annotations }) }];
  return answer(200, {
    id: 'int-round-trip',
    status: 'completed',
    steps: [{ type: 'model_output', content }],
    usage: { total_input_tokens: 960, total_output_tokens: 120, total_tokens: 1080 },
  });
}
