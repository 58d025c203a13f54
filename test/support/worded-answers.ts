import { answer, eventStream, type ScriptedAnswer } from './simulator-answers.js';
import type { RecordedRequest } from './simulator-request.js';

const SECONDS_A_WORD = 0.5;

/** What a simulated whisper hears of a recording with these sentences, half a second a word, in the format that is asked for. */
export function wordedAnswer(request: RecordedRequest, sentences: readonly string[]): ScriptedAnswer {
  let at = 0;
  const segments = sentences.map((text, id) => {
    const words = text.split(' ').map((word) => {
      const start = at;
      at += SECONDS_A_WORD;
      return { word: word.replaceAll(/[.,?!]/g, ''), start, end: at };
    });
    return { id, start: words[0]?.start ?? at, end: at, text: ` ${text}`, words };
  });
  const text = sentences.join(' ');
  const usage = { type: 'duration', seconds: Math.ceil(at) };
  const shown = segments.map(({ id, start, end, text }) => ({ id, start, end, text }));
  if (request.value('stream') === 'true') {
    const deltas = sentences.map((delta) => ({ type: 'transcript.text.delta', delta: `${delta} ` }));
    return eventStream([...deltas, { type: 'transcript.text.done', text, usage }, '[DONE]']);
  }
  switch (request.value('response_format')) {
    case 'verbose_json':
      return answer(200, {
        task: 'transcribe',
        language: 'english',
        duration: at,
        text,
        ...(request.values('timestamp_granularities[]').includes('word') && {
          words: segments.flatMap(({ words }) => words),
        }),
        segments: shown,
        usage,
      });
    case 'diarized_json':
      return answer(200, {
        task: 'transcribe',
        duration: at,
        text,
        segments: shown.map((segment, index) => ({
          ...segment,
          id: `seg_${index}`,
          type: 'transcript.text.segment',
          speaker: 'AB'[index % 2],
        })),
        usage,
      });
    case 'srt':
      return plain(
        segments
          .map(({ start, end }, index) => `${index + 1}\n${stamp(start)} --> ${stamp(end)}\n${sentences[index]}\n\n`)
          .join(''),
      );
    case 'text':
      return plain(`${text}\n`);
    default:
      return answer(200, { text, usage });
  }
}

function plain(text: string): ScriptedAnswer {
  return answer(200, text, { 'content-type': 'text/plain; charset=utf-8' });
}

function stamp(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(11, 23).replace('.', ',');
}
