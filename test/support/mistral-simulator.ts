import { SIMULATOR_KEY } from './openai-simulator.js';
import { speechBodyOf } from './openai-speech-simulator.js';
import { answer, pieces, type ScriptedAnswer } from './simulator-answers.js';
import { SPOKEN } from './simulator-fixtures.js';
import type { RecordedRequest } from './simulator-request.js';
import { type SimulatorBehaviour, SimulatorServer } from './simulator-server.js';
import { asFloats, audioFormats, inPieces, spokenAudio } from './spoken-audio.js';
import { spokenSentences, type SpokenWord } from './spoken-words.js';

/** Mistral's transcription endpoint, strict as its specification and the prose beside it. */
export class MistralSimulator extends SimulatorServer {
  /** Starts on a free port, or on the one given. */
  static start(port = 0): Promise<MistralSimulator> {
    return new MistralSimulator(behaviour).listen(port);
  }

  /** The base URL to give to a client. */
  get url(): string {
    return `${this.origin}/v1`;
  }
}

const MODELS = [
  'voxtral-mini-latest',
  'voxtral-mini-2602',
  'voxtral-mini-2507',
  'voxtral-mini-transcribe-3-0',
  'voxtral-small-transcribe-3-0',
];

/** What a field may hold; the arrays may be repeated. */
const FIELDS: Readonly<Record<string, RegExp>> = {
  model: /./,
  file_url: /^https?:\/\/.{1,2075}$/,
  language: /^\w{2}$/,
  temperature: /^\d+(?:\.\d+)?$/,
  stream: /^(?:true|false)$/,
  diarize: /^(?:true|false)$/,
  context_bias: /^[^,\s]+$/,
  speaker_references: /^\{.*\}$/s,
  timestamp_granularities: /^segment$/,
};

const ARRAYS = ['context_bias', 'timestamp_granularities'];

const behaviour: SimulatorBehaviour = {
  refuse(request) {
    if (request.path === '/v1/audio/speech' && request.method === 'POST') return refuseSpeech(request);
    if (request.method !== 'POST' || request.path !== '/v1/audio/transcriptions') {
      return answer(404, { message: 'no Route matched with those values' });
    }
    if (request.headers.authorization !== `Bearer ${SIMULATOR_KEY}`) return answer(401, { detail: 'Unauthorized' });
    const field = wrongField(request);
    if (field) return answer(422, { detail: [{ type: 'value_error', loc: ['body', field], msg: `Invalid ${field}` }] });
    if (!MODELS.includes(request.value('model') ?? '')) {
      return refusal(`Invalid model: ${request.value('model')}`, 'invalid_model', '1500');
    }
    const problem = problemOf(request);
    return problem === undefined ? undefined : refusal(problem);
  },
  answer(request) {
    if (request.path === '/v1/audio/speech') return spokenAnswer(request);
    const timed = request.keys.includes('timestamp_granularities');
    const diarized = request.value('diarize') === 'true';
    const headers = { 'mistral-correlation-id': 'mistral-simulated' };
    return request.value('stream') === 'true'
      ? mistralStream(mistralEvents(timed, diarized))
      : answer(200, mistralAnswer(timed, diarized), headers);
  },
};

/** The fields of the body, as Mistral's specification and mistralai 3.7 for Python have them. */
const SPEECH_FIELDS = [
  'model',
  'input',
  'stream',
  'voice_id',
  'ref_audio',
  'response_format',
  'metadata',
  'expressiveness',
  'phoneme_hints',
  'conversation_history',
];

function refuseSpeech(request: RecordedRequest): ScriptedAnswer | undefined {
  if (request.headers.authorization !== `Bearer ${SIMULATOR_KEY}`) return answer(401, { detail: 'Unauthorized' });
  const body = speechBodyOf(request) ?? {};
  const wrong = (field: string): ScriptedAnswer =>
    answer(422, { detail: [{ type: 'value_error', loc: ['body', field], msg: `Invalid ${field}` }] });
  const unknown = Object.keys(body).find((name) => !SPEECH_FIELDS.includes(name));
  if (unknown) return wrong(unknown);
  if (typeof body['input'] !== 'string' || body['input'] === '') return wrong('input');
  if (!['pcm', 'wav', 'mp3', 'flac', 'opus'].includes(String(body['response_format'] ?? 'mp3'))) {
    return wrong('response_format');
  }
  if (!String(body['model']).startsWith('voxtral-mini-tts-'))
    return refusal(`Invalid model: ${body['model']}`, 'invalid_model');
  return (body['voice_id'] === undefined) === (body['ref_audio'] === undefined)
    ? refusal('Exactly one of voice_id and ref_audio is needed')
    : undefined;
}

function spokenAnswer(request: RecordedRequest): ScriptedAnswer {
  const body = speechBodyOf(request) ?? {};
  const format = audioFormats.find((it) => it === body['response_format']) ?? 'mp3';
  const audio = format === 'pcm' ? asFloats(spokenAudio('pcm')) : spokenAudio(format);
  const headers = { 'mistral-correlation-id': 'mistral-simulated' };
  if (body['stream'] !== true) return answer(200, { audio_data: audio.toString('base64') }, headers);
  return mistralStream(mistralSpeechEvents(audio));
}

/** Mistral's events for speech; the pieces of `pcm` end in the middle of samples. */
export function* mistralSpeechEvents(audio: Buffer): Generator<MistralEvent> {
  for (const piece of inPieces(audio, 4_095)) {
    yield { type: 'speech.audio.delta', audio_data: piece.toString('base64') };
  }
  yield { type: 'speech.audio.done', usage: { prompt_tokens: 9, completion_tokens: 120, total_tokens: 129 } };
}

function refusal(message: string, type = 'invalid_request_error', code: string | null = null): ScriptedAnswer {
  return answer(400, { object: 'error', message, type, param: null, code, raw_status_code: 400 });
}

function wrongField(request: RecordedRequest): string | undefined {
  const wrong = request.parts.find(({ name, value, file }, index) => {
    if (file) return name !== 'file';
    if (!FIELDS[name]?.test(value ?? '')) return true;
    return !ARRAYS.includes(name) && request.keys.indexOf(name) !== index;
  });
  return wrong?.name;
}

function problemOf(request: RecordedRequest): string | undefined {
  const timed = request.keys.includes('timestamp_granularities');
  if (Boolean(request.file) === request.keys.includes('file_url')) return 'Exactly one of file and file_url is needed';
  if (timed && request.keys.includes('language')) {
    return '`timestamp_granularities` is currently not compatible with `language`';
  }
  if (request.value('diarize') === 'true' && !timed) return 'diarize requires timestamp_granularities';
  return request.values('context_bias').length > 100 ? 'context_bias has more than 100 entries' : undefined;
}

const usage = { prompt_audio_seconds: 10, prompt_tokens: 4, total_tokens: 140, completion_tokens: 20 };

/** Mistral's answer; without times the list of segments is empty. */
export function mistralAnswer(timed: boolean, diarized = false): object {
  const segments = timed ? spokenSentences.map((words) => segmentOf(words, diarized)) : [];
  return {
    model: 'voxtral-mini-2602',
    text: SPOKEN,
    language: 'en',
    segments: segments.map((it) => ({ type: 'transcription_segment', score: null, ...it })),
    usage,
  };
}

/** One of Mistral's events; its type is also its name on the wire. */
export interface MistralEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** The events of a stream. */
export function mistralEvents(timed: boolean, diarized = false): readonly MistralEvent[] {
  const sentences = spokenSentences.map((words, index) => ({ words, lead: index === 0 ? '' : ' ' }));
  return [
    { type: 'transcription.language', audio_language: 'en' },
    ...sentences.flatMap(({ words, lead }): MistralEvent[] => {
      const segment = segmentOf(words, diarized);
      const delta = { type: 'transcription.text.delta', text: lead + segment.text };
      return timed ? [delta, { type: 'transcription.segment', ...segment }] : [delta];
    }),
    { ...mistralAnswer(timed, diarized), type: 'transcription.done' },
  ];
}

function segmentOf(words: readonly SpokenWord[], diarized: boolean) {
  return {
    text: words.map(({ text }) => text).join(' '),
    start: words[0]?.startSeconds ?? 0,
    end: words.at(-1)?.endSeconds ?? 0,
    // The numbers are not in the order of appearance.
    speaker_id: diarized ? `speaker_${2 - (words[0]?.speaker ?? 0)}` : null,
  };
}

/** An event stream as Mistral sends it, with the names of its events. */
export function mistralStream(events: AsyncIterable<MistralEvent> | Iterable<MistralEvent>): ScriptedAnswer {
  return pieces(framed(events), { 'content-type': 'text/event-stream', 'mistral-correlation-id': 'mistral-simulated' });
}

async function* framed(events: AsyncIterable<MistralEvent> | Iterable<MistralEvent>): AsyncGenerator<string> {
  for await (const event of events) yield `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
