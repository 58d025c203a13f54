import {
  RECORDING_SECONDS,
  script,
  type ScriptWord,
  scriptText,
  scriptWords,
} from '../../../fixtures/two-speakers/script.js';
import { answer, type ScriptedAnswer } from '../../../support/simulator-answers.js';
import type { RecordedRequest } from '../../../support/simulator-request.js';

/** What differs between those who speak OpenAI's protocol. */
export interface OpenAiSpelling {
  /** `en` or `english`. */
  readonly language: string;
  /** Segments without the fields that only whisper knows. */
  readonly bareSegments?: boolean;
  /** Speakers on words and segments, with names of this form; absent = only in `diarized_json`. */
  readonly speakerIds?: { readonly A: string; readonly B: string };
  /** Together's: beside the segments, with the words in them. */
  readonly speakerSegments?: boolean;
}

const PLAIN = { 'content-type': 'text/plain; charset=utf-8' };

/** The recording as a provider with OpenAI's protocol writes it. */
export function openAiWire(spelling: OpenAiSpelling): (request: RecordedRequest) => ScriptedAnswer {
  return (request) => {
    switch (request.value('response_format')) {
      case 'text':
        return answer(200, `${scriptText}\n`, PLAIN);
      case 'srt':
        return answer(200, script.map((it, index) => `${index + 1}\n${cue(it, ',')}`).join(''), PLAIN);
      case 'vtt':
        return answer(200, `WEBVTT\n\n${script.map((it) => cue(it, '.')).join('')}`, PLAIN);
      case 'verbose_json':
        return answer(200, verbose(request, spelling));
      case 'diarized_json':
        return answer(200, diarized());
      default:
        return answer(200, { text: scriptText });
    }
  };
}

type Sentence = (typeof script)[number];

function cue({ startSeconds, endSeconds, text }: Sentence, point: string): string {
  const time = (seconds: number): string =>
    new Date(Math.round(seconds * 1_000)).toISOString().slice(11, 23).replace('.', point);
  return `${time(startSeconds)} --> ${time(endSeconds)}\n${text}\n\n`;
}

function verbose(request: RecordedRequest, { language, speakerSegments, ...spelling }: OpenAiSpelling): object {
  const asked = [...request.values('timestamp_granularities[]'), ...request.values('timestamp_granularities')];
  const speakers = request.value('diarize') === 'true' ? spelling.speakerIds : undefined;
  const named = (speaker: Sentence['speaker']) => (speakers ? { speaker_id: speakers[speaker] } : {});
  const segments = script.map((it, id) => ({
    id,
    start: it.startSeconds,
    end: it.endSeconds,
    // Whisper's own text begins with the space before it.
    text: spelling.bareSegments ? it.text : ` ${it.text}`,
    ...(!spelling.bareSegments && whisperFields),
    ...(!speakerSegments && named(it.speaker)),
  }));
  const words = scriptWords.map((it) => ({ ...wordOf(it), ...named(it.speaker) }));
  return {
    task: request.path.endsWith('translations') ? 'translate' : 'transcribe',
    language,
    duration: RECORDING_SECONDS,
    text: scriptText,
    ...(asked.includes('word') && { words }),
    ...((asked.length === 0 || asked.includes('segment')) && { segments }),
    ...(speakers &&
      speakerSegments && {
        speaker_segments: segments.map((segment, index) => {
          const { speaker, words: spoken } = script[index] ?? { speaker: 'A' as const, words: [] };
          return { ...segment, ...named(speaker), words: spoken.map(wordOf) };
        }),
      }),
  };
}

const whisperFields = {
  seek: 0,
  tokens: [50364, 440],
  temperature: 0,
  avg_logprob: -0.3,
  compression_ratio: 1.2,
  no_speech_prob: 0.01,
};

/** Whisper's words have no punctuation. */
function wordOf({ text, startSeconds, endSeconds }: ScriptWord): object {
  return { word: text.replaceAll(/[^\w']/g, ''), start: startSeconds, end: endSeconds };
}

/** The text names the speaker at every turn. */
function diarized(): object {
  const lines = script.map(({ speaker, text }, index) =>
    script[index - 1]?.speaker === speaker ? ` ${text}` : `${index === 0 ? '' : '\n'}${speaker}: ${text}`,
  );
  return {
    task: 'transcribe',
    duration: RECORDING_SECONDS,
    text: lines.join(''),
    segments: script.map(({ speaker, text, startSeconds, endSeconds }, index) => ({
      type: 'transcript.text.segment',
      id: `seg_${index}`,
      start: startSeconds,
      end: endSeconds,
      text,
      speaker,
    })),
  };
}
