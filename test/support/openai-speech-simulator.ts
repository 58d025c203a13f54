import { errorAnswer, eventStream, pieces, type ScriptedAnswer } from './simulator-answers.js';
import type { RecordedRequest } from './simulator-request.js';
import { audioFormats, type AudioFormat, inPieces, spokenAudio } from './spoken-audio.js';

/** One model that speaks as its provider's documentation describes it, told independently of the adapters' own data. */
export interface SimulatedVoiceModel {
  readonly formats: readonly string[];
  readonly voices?: readonly string[];
  readonly instructions: boolean;
  readonly streamsEvents: boolean;
  readonly maxCharacters: number;
}

/** Which models that speak a simulated provider has, and which fields it knows beside OpenAI's. */
export interface SpeechProfile {
  /** Without it, any name is a model that can do anything. */
  readonly models?: Readonly<Record<string, SimulatedVoiceModel>>;
  /** Without it, anything goes. */
  readonly fields?: readonly string[];
}

const fields = ['model', 'input', 'voice', 'response_format', 'instructions', 'speed', 'stream_format'];

const tts: SimulatedVoiceModel = {
  formats: audioFormats,
  voices: ['alloy', 'ash', 'coral', 'echo', 'fable', 'nova', 'onyx', 'sage', 'shimmer'],
  instructions: false,
  streamsEvents: false,
  maxCharacters: 4096,
};
const miniTts: SimulatedVoiceModel = {
  ...tts,
  voices: [...(tts.voices ?? []), 'ballad', 'verse', 'marin', 'cedar'],
  instructions: true,
  streamsEvents: true,
};
const orpheus: SimulatedVoiceModel = {
  formats: ['wav'],
  voices: ['autumn', 'diana', 'hannah', 'austin', 'daniel', 'troy'],
  instructions: false,
  streamsEvents: false,
  maxCharacters: 200,
};

/** OpenAI, November 2026. */
export const openAiSpeechProfile: SpeechProfile = {
  models: {
    'tts-1': tts,
    'tts-1-hd': tts,
    'gpt-4o-mini-tts': miniTts,
    'gpt-4o-mini-tts-2025-12-15': miniTts,
  },
  fields,
};

/** Groq, November 2026. */
export const groqSpeechProfile: SpeechProfile = {
  models: {
    'canopylabs/orpheus-v1-english': orpheus,
    'canopylabs/orpheus-arabic-saudi': {
      ...orpheus,
      voices: ['fahad', 'sultan', 'lulwa', 'noura', 'abdullah', 'aisha'],
    },
  },
  fields: ['model', 'input', 'voice', 'response_format', 'speed', 'sample_rate'],
};

type Body = Readonly<Record<string, unknown>>;

/** The request's JSON; undefined where it is none. */
export function speechBodyOf({ rawBody }: RecordedRequest): Body | undefined {
  try {
    const json: unknown = JSON.parse(rawBody.toString());
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? { ...json } : undefined;
  } catch {
    return undefined;
  }
}

/** What OpenAI finds wrong with a request for speech. */
export function refuseSpeech(request: RecordedRequest, profile: SpeechProfile): ScriptedAnswer | undefined {
  const body = speechBodyOf(request);
  if (!body || request.headers['content-type'] !== 'application/json') {
    return refusal('We could not parse the JSON body of your request.');
  }
  const unknown = profile.fields && Object.keys(body).find((name) => !profile.fields?.includes(name));
  if (unknown) return refusal(`Unrecognized request argument supplied: ${unknown}`, unknown);
  const missing = ['model', 'input', 'voice'].find((name) => body[name] === undefined);
  if (missing) return refusal(`you must provide a ${missing} parameter`, missing);
  const model = profile.models ? profile.models[String(body['model'])] : miniTts;
  if (!model) {
    const message = `The model \`${String(body['model'])}\` does not exist or you do not have access to it.`;
    return errorAnswer(404, { message, code: 'model_not_found' });
  }
  return refuseValues(body, model, profile.models === undefined);
}

function refuseValues(body: Body, model: SimulatedVoiceModel, isLenient: boolean): ScriptedAnswer | undefined {
  const { input, voice, response_format: format = 'mp3', instructions, speed = 1, stream_format: stream } = body;
  if (typeof input !== 'string' || input === '') return refusal('input must be a string that is not empty', 'input');
  if (Array.from(input).length > model.maxCharacters) {
    return refusal(`String should have at most ${model.maxCharacters} characters`, 'input', 'string_too_long');
  }
  if (!model.formats.includes(String(format))) {
    return refusal(`response_format must be one of [${model.formats.join(' ')}]`, 'response_format');
  }
  const isId = typeof voice === 'object' && voice !== null && Object.keys(voice).join() === 'id';
  const isKnown =
    typeof voice === 'string' && (isLenient || model.voices === undefined || model.voices.includes(voice));
  if (!isId && !isKnown) return refusal(`voice must be one of [${(model.voices ?? []).join(' ')}]`, 'voice');
  if (instructions !== undefined && (!model.instructions || typeof instructions !== 'string')) {
    return refusal('instructions is not supported for this model', 'instructions', 'unsupported_parameter');
  }
  if (typeof speed !== 'number' || speed < 0.25 || speed > 4) return refusal('speed must be 0.25 to 4', 'speed');
  if (stream !== undefined && !(stream === 'audio' || (stream === 'sse' && model.streamsEvents))) {
    return refusal('stream_format is not supported for this model', 'stream_format');
  }
  return undefined;
}

function refusal(message: string, param: string | null = null, code: string | null = null): ScriptedAnswer {
  return errorAnswer(400, { message, param, code });
}

/** What OpenAI counts for any speech in events. */
export const SPEECH_USAGE = { input_tokens: 14, output_tokens: 101, total_tokens: 115 };

const MEDIA_TYPES: Readonly<Record<AudioFormat, string>> = {
  mp3: 'audio/mpeg',
  opus: 'audio/opus',
  aac: 'audio/aac',
  flac: 'audio/flac',
  wav: 'audio/wav',
  pcm: 'audio/pcm',
};

/** OpenAI's speech: chunks of the audio, or events where they were asked for. */
export function answerSpeech(request: RecordedRequest): ScriptedAnswer {
  const body = speechBodyOf(request) ?? {};
  const format = audioFormats.find((it) => it === body['response_format']) ?? 'mp3';
  const audio = spokenAudio(format);
  if (body['stream_format'] === 'sse') return eventStream(speechEvents(audio));
  return pieces(inPieces(audio), { 'content-type': MEDIA_TYPES[format], 'x-request-id': 'req_simulated' });
}

/** OpenAI's events for an audio file. */
export function* speechEvents(audio: Buffer): Generator<object> {
  for (const piece of inPieces(audio)) yield { type: 'speech.audio.delta', audio: piece.toString('base64') };
  yield { type: 'speech.audio.done', usage: SPEECH_USAGE };
}
