import { SIMULATOR_KEY } from './openai-simulator.js';
import { answer, type ScriptedAnswer } from './simulator-answers.js';
import { SPOKEN, srtAnswer, textAnswer, vttAnswer } from './simulator-fixtures.js';
import type { RecordedRequest } from './simulator-request.js';
import { type SimulatorBehaviour, SimulatorServer } from './simulator-server.js';
import { SPOKEN_SECONDS, spokenSentences, spokenWords } from './spoken-words.js';

/** Fireworks' audio endpoints, strict as its API reference. */
export class FireworksSimulator extends SimulatorServer {
  /** Starts on a free port, or on the one given. */
  static start(port = 0): Promise<FireworksSimulator> {
    return new FireworksSimulator(behaviour).listen(port);
  }

  /** The base URL to give to a client. */
  get url(): string {
    return `${this.origin}/v1`;
  }
}

/** What a field may hold. */
const FIELDS: Readonly<Record<string, RegExp>> = {
  model: /^(?:whisper-v3|whisper-v3-turbo|accounts\/acme\/deployments\/ears)$/,
  file: /^https?:\/\//,
  language: /^[a-z]{2,3}(?:-han[st])?$/,
  prompt: /./s,
  temperature: /^\d+(?:\.\d+)?$/,
  response_format: /^(?:json|text|srt|verbose_json|vtt)$/,
  timestamp_granularities: /^(?:word|segment)$/,
  preprocessing: /^(?:none|dynamic|soft_dynamic|bass_dynamic)$/,
  vad_model: /^(?:silero|whisperx-pyannet)$/,
  alignment_model: /^(?:mms_fa|tdnn_ffn|gentle)$/,
  diarize: /^(?:true|false)$/,
  min_speakers: /^[1-9]\d*$/,
  max_speakers: /^[1-9]\d*$/,
};

const SPEAKER_FIELDS = ['diarize', 'min_speakers', 'max_speakers'];

const behaviour: SimulatorBehaviour = {
  refuse(request) {
    if (request.headers.authorization !== `Bearer ${SIMULATOR_KEY}`) return answer(401, { error: 'unauthorized' });
    if (!taskOf(request)) return answer(404, { error: `no route ${request.path}` });
    const problem = problemOf(request);
    return problem === undefined
      ? undefined
      : answer(400, {
          error: { object: 'error', type: 'invalid_request_error', code: null, param: null, message: problem },
        });
  },
  answer: answerOf,
};

function taskOf({ method, path }: RecordedRequest): 'transcribe' | 'translate' | undefined {
  if (method !== 'POST') return undefined;
  return path === '/v1/audio/transcriptions'
    ? 'transcribe'
    : path === '/v1/audio/translations'
      ? 'translate'
      : undefined;
}

function problemOf(request: RecordedRequest): string | undefined {
  for (const [index, { name, value, file }] of request.parts.entries()) {
    const rule = FIELDS[name];
    if (!rule) return `Unexpected field: ${name}`;
    if (name !== 'timestamp_granularities' && request.keys.indexOf(name) !== index) return `Repeated field: ${name}`;
    if (file ? name !== 'file' : !rule.test(value ?? '')) return `Invalid value of ${name}`;
  }
  if (!request.keys.includes('file')) return 'file is required';
  const speakerField = request.keys.find((it) => SPEAKER_FIELDS.includes(it));
  if (speakerField && taskOf(request) === 'translate') return `Unexpected field: ${speakerField}`;
  const granularities = request.values('timestamp_granularities');
  const isVerbose = request.value('response_format') === 'verbose_json';
  if (granularities.length > 0 && !isVerbose) return 'timestamp_granularities requires verbose_json';
  if (!diarizes(request))
    return speakerField && speakerField !== 'diarize' ? `${speakerField} requires diarize` : undefined;
  return isVerbose && granularities.includes('word') ? undefined : 'diarize requires verbose_json and word timestamps';
}

function diarizes(request: RecordedRequest): boolean {
  return request.value('diarize') === 'true';
}

function answerOf(request: RecordedRequest): ScriptedAnswer {
  const plain = { 'content-type': 'text/plain; charset=utf-8' };
  switch (request.value('response_format')) {
    case 'text':
      return answer(200, textAnswer, plain);
    case 'srt':
      return answer(200, srtAnswer, plain);
    case 'vtt':
      return answer(200, vttAnswer, plain);
    case 'verbose_json':
      return answer(200, fireworksVerboseAnswer(request.values('timestamp_granularities'), diarizes(request)));
    default:
      return answer(200, { text: SPOKEN });
  }
}

/** Fireworks' `verbose_json`: speakers on words and segments, and fields of its own. */
export function fireworksVerboseAnswer(granularities: readonly string[], diarized = false): object {
  const speaker = (index = 0) => (diarized ? { speaker_id: `SPEAKER_0${1 - index}` } : {});
  return {
    task: 'transcribe',
    language: 'english',
    duration: SPOKEN_SECONDS,
    text: SPOKEN,
    request_id: 'fw-request',
    words: granularities.includes('word')
      ? spokenWords.map((word) => ({
          word: word.text,
          language: 'english',
          probability: 0.98,
          hallucination_score: 0.01,
          start: word.startSeconds,
          end: word.endSeconds,
          ...speaker(word.speaker),
        }))
      : null,
    segments:
      granularities.length === 0 || granularities.includes('segment')
        ? spokenSentences.map((words, id) => ({
            id,
            text: words.map(({ text }) => text).join(' '),
            start: words[0]?.startSeconds,
            end: words.at(-1)?.endSeconds,
            retry_count: 0,
            ...speaker(words[0]?.speaker),
          }))
        : null,
  };
}
