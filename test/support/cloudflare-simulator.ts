import { Ajv2020 } from 'ajv/dist/2020.js';
import { parseJson, property } from '../../src/providers/answer-body.js';
import { deepgramAnswer, queryOf } from './deepgram-simulator.js';
import { SIMULATOR_KEY } from './openai-simulator.js';
import { answer, type ScriptedAnswer } from './simulator-answers.js';
import { SPOKEN } from './simulator-fixtures.js';
import type { RecordedRequest } from './simulator-request.js';
import { type SimulatorBehaviour, SimulatorServer } from './simulator-server.js';
import { spokenWords } from './spoken-words.js';

/** The account that the simulated Cloudflare knows. */
export const CLOUDFLARE_ACCOUNT = '0123456789abcdef0123456789abcdef';

const PREFIX = `/client/v4/accounts/${CLOUDFLARE_ACCOUNT}/ai/run/`;

/** Cloudflare's `ai/run`, strict as the models' published schemas. */
export class CloudflareSimulator extends SimulatorServer {
  /** Starts on a free port. */
  static start(): Promise<CloudflareSimulator> {
    return new CloudflareSimulator(behaviour).listen();
  }

  /** The base URL to give to a client, without an account. */
  get url(): string {
    return `${this.origin}/client/v4`;
  }
}

/** The JSON body of a request. */
export function documentOf({ rawBody }: RecordedRequest): Readonly<Record<string, unknown>> {
  const json = parseJson(rawBody);
  return typeof json === 'object' && json !== null ? Object.fromEntries(Object.entries(json)) : {};
}

/** The recording in a request, however the model takes it. */
export function audioOf(request: RecordedRequest): Buffer | undefined {
  if (request.headers['content-type'] !== 'application/json') return request.rawBody;
  const { audio } = documentOf(request);
  return typeof audio === 'string' ? Buffer.from(audio, 'base64') : undefined;
}

/** Cloudflare's envelope around an error. */
export function cloudflareError(code: number, message: string): object {
  return { result: null, success: false, errors: [{ code, message }], messages: [] };
}

const failure = (status: number, code: number, message: string): ScriptedAnswer =>
  answer(status, cloudflareError(code, message));

/** The input schema of @cf/openai/whisper-large-v3-turbo as published, without its prose, and closed. */
const isTurboInput = new Ajv2020().compile({
  type: 'object',
  properties: {
    audio: { type: 'string', pattern: '^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$' },
    task: { enum: ['transcribe', 'translate'] },
    language: { type: 'string' },
    vad_filter: { type: 'boolean' },
    initial_prompt: { type: 'string' },
    prefix: { type: 'string' },
    beam_size: { type: 'integer' },
    condition_on_previous_text: { type: 'boolean' },
    no_speech_threshold: { type: 'number' },
    compression_ratio_threshold: { type: 'number' },
    log_prob_threshold: { type: 'number' },
    hallucination_silence_threshold: { type: 'number' },
  },
  required: ['audio'],
  additionalProperties: false,
});

const behaviour: SimulatorBehaviour = {
  refuse(request) {
    if (request.headers.authorization !== `Bearer ${SIMULATOR_KEY}`)
      return failure(401, 10_000, 'Authentication error');
    if (request.method !== 'POST' || !request.path.startsWith(PREFIX)) {
      return failure(404, 7003, `Could not route to ${request.path}, perhaps your object identifier is invalid?`);
    }
    const model = modelOf(request);
    if (!Object.hasOwn(MODELS, model)) return failure(400, 5007, `No such model ${model} or task`);
    const isJson = request.headers['content-type'] === 'application/json';
    const unknown = [...queryOf(request).keys()].find((name) => model !== NOVA || name === 'model');
    if (unknown) return failure(400, 5006, `Error: unknown parameter ${unknown}`);
    if (isJson !== (model === TURBO)) return failure(400, 5006, 'Error: required properties are missing');
    if (isJson && !isTurboInput(parseJson(request.rawBody))) {
      return failure(
        400,
        5006,
        `Error: ${isTurboInput.errors?.[0]?.instancePath} ${isTurboInput.errors?.[0]?.message}`,
      );
    }
    return undefined;
  },
  answer(request) {
    const model = modelOf(request);
    const result = model === NOVA ? novaAnswer(request) : MODELS[model];
    return answer(200, { result, success: true, errors: [], messages: [] }, { 'cf-ray': 'ray-simulated' });
  },
};

/** What Deepgram answers, without the metadata that Cloudflare keeps to itself. */
function novaAnswer(request: RecordedRequest): object {
  return { results: property(deepgramAnswer(queryOf(request)), 'results') };
}

function modelOf({ path }: RecordedRequest): string {
  return new URL(path, 'http://simulator').pathname.slice(PREFIX.length);
}

const NOVA = '@cf/deepgram/nova-3';
const TURBO = '@cf/openai/whisper-large-v3-turbo';

const words = [
  { word: ' The', start: 0, end: 0.24 },
  { word: ' beach', start: 0.24, end: 0.58 },
];

/** What the models answer. */
const MODELS: Readonly<Record<string, object>> = {
  [TURBO]: {
    transcription_info: { language: 'en', language_probability: 0.99, duration: 8.47, duration_after_vad: 8.47 },
    text: SPOKEN,
    word_count: 14,
    segments: [
      {
        start: 0,
        end: 3.32,
        text: ' The beach was a popular spot on a hot summer day.',
        temperature: 0,
        avg_logprob: -0.29,
        compression_ratio: 1.24,
        no_speech_prob: 0.01,
        words,
      },
      { start: 3.32, end: 8.47, text: ' People were swimming.', words: [{ word: ' People', start: 3.4, end: 3.8 }] },
    ],
    vtt: 'WEBVTT\n\n00.000 --> 03.320\nThe beach was a popular spot on a hot summer day.',
  },
  [NOVA]: {},
  '@cf/openai/whisper': {
    text: SPOKEN,
    word_count: 14,
    words: spokenWords.map(({ text, startSeconds, endSeconds }) => ({
      word: text,
      start: startSeconds,
      end: endSeconds,
    })),
    vtt: 'WEBVTT\n\n00.000 --> 00.240\nThe',
  },
};
