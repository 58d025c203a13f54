import { answer, pieces, type ScriptedAnswer } from './simulator-answers.js';
import { type AudioFormat, inPieces, spokenAudio } from './spoken-audio.js';
import type { RecordedRequest } from './simulator-request.js';
import { SimulatorServer } from './simulator-server.js';
import { SPOKEN_SECONDS, spokenSentences, type SpokenWord, spokenWords } from './spoken-words.js';

/** The key that the simulated Deepgram takes. */
export const DEEPGRAM_KEY = '0123456789abcdef0123456789abcdef01234567';
/** A temporary token that it takes. */
export const DEEPGRAM_TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ0ZXN0In0.c2lnbmF0dXJl';

const REQUEST_ID = '6ba2879c-1d05-4b8b-9b1c-0f6c4f4c8a11';
const MODEL_ID = '96a295ec-6336-43d5-b1cb-1e48b5e6d9a4';

/** Deepgram's pre-recorded API and its voices: strict about requests, scriptable in its answers. */
export class DeepgramSimulator extends SimulatorServer {
  /** Starts on a free port. */
  static start(): Promise<DeepgramSimulator> {
    return new DeepgramSimulator({
      refuse,
      answer: (request) => (isSpeech(request) ? spokenAnswer(queryOf(request)) : answerOf(queryOf(request))),
    }).listen();
  }

  /** The base URL to give to a client. */
  get url(): string {
    return `${this.origin}/v1`;
  }

  /** The query of the latest request. */
  get lastQuery(): URLSearchParams {
    return queryOf(this.lastRequest);
  }
}

/** The query of a recorded request. */
export function queryOf({ path }: RecordedRequest): URLSearchParams {
  return new URL(path, 'http://simulator').searchParams;
}

const FLAGS = [
  'smart_format',
  'punctuate',
  'numerals',
  'measurements',
  'dictation',
  'filler_words',
  'profanity_filter',
  'paragraphs',
  'utterances',
  'diarize',
  'multichannel',
  'detect_entities',
  'sentiment',
  'topics',
  'intents',
  'mip_opt_out',
];
const LISTS = [
  'keyterm',
  'keywords',
  'language_hint',
  'redact',
  'search',
  'replace',
  'tag',
  'extra',
  'custom_topic',
  'custom_intent',
];
const SINGLE = ['model', 'language', 'version', 'utt_split', 'summarize', 'diarize_model'];
const MODES = ['custom_topic_mode', 'custom_intent_mode'];

/** As the models overview lists them, with the one that a customer had trained. */
const MODELS =
  /^(?:nova-3(?:-general|-medical)?|(?:nova-2|nova|enhanced|base)(?:-[a-z]+)?|whisper(?:-(?:tiny|base|small|medium|large))?|customer-model)$/;
/** What the models of one trade speak. */
const ENGLISH_ONLY = /^(?:nova-2|nova(?!-\d)|enhanced|base)-(?!general)/;

function isSpeech({ path }: RecordedRequest): boolean {
  return path.startsWith('/v1/speak?');
}

/** What the specification of `/v1/speak` allows of its query, by the encoding. */
const ENCODINGS: Readonly<
  Record<
    string,
    { readonly containers: readonly string[]; readonly rates: readonly string[]; readonly format: AudioFormat }
  >
> = {
  linear16: { containers: ['wav', 'none'], rates: ['8000', '16000', '24000', '32000', '48000'], format: 'wav' },
  mp3: { containers: [], rates: ['22050'], format: 'mp3' },
  opus: { containers: ['ogg'], rates: ['48000'], format: 'opus' },
  flac: { containers: [], rates: ['8000', '16000', '22050', '32000', '48000'], format: 'flac' },
  aac: { containers: [], rates: ['22050'], format: 'aac' },
};
const SPEAK_PARAMETERS = ['model', 'encoding', 'container', 'sample_rate', 'bit_rate', 'speed', 'tag', 'mip_opt_out'];

function refuseSpeak(request: RecordedRequest, query: URLSearchParams): Refusal | undefined {
  const unknown = [...query.keys()].find((name) => !SPEAK_PARAMETERS.includes(name));
  if (unknown) return ['INVALID_QUERY_PARAMETER', `Unknown query parameter: ${unknown}`];
  const encoding = ENCODINGS[query.get('encoding') ?? 'mp3'];
  const [container, rate, speed] = [query.get('container'), query.get('sample_rate'), query.get('speed') ?? '1'];
  const fits =
    encoding &&
    (container === null || encoding.containers.includes(container)) &&
    (rate === null || encoding.rates.includes(rate)) &&
    Number(speed) >= 0.7 &&
    Number(speed) <= 1.5;
  if (!fits) return ['UNSUPPORTED_AUDIO_FORMAT', 'Unsupported audio format'];
  if (!/^aura-(?:2-)?[a-z]+-[a-z]{2}$/.test(query.get('model') ?? '')) {
    return ['INVALID_QUERY_PARAMETER', 'Failed to deserialize query parameters: no such model'];
  }
  const body: unknown = JSON.parse(request.rawBody.toString());
  const text: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'text') : undefined;
  if (request.headers['content-type'] !== 'application/json' || typeof text !== 'string' || text === '') {
    return ['INVALID_JSON', 'Invalid JSON submitted.'];
  }
  return Array.from(text).length > 2000
    ? ['PAYLOAD_TOO_LARGE', 'Input text exceeds maximum character limit of 2000.']
    : undefined;
}

function spokenAnswer(query: URLSearchParams): ScriptedAnswer {
  const format =
    query.get('container') === 'none' ? 'pcm' : (ENCODINGS[query.get('encoding') ?? 'mp3']?.format ?? 'mp3');
  return pieces(inPieces(spokenAudio(format)), {
    'content-type': format === 'mp3' ? 'audio/mpeg' : `audio/${format}`,
    'dg-request-id': REQUEST_ID,
    'dg-char-count': '20',
  });
}

type Refusal = readonly [err_code: string, err_msg: string];

function refuse(request: RecordedRequest): ScriptedAnswer | undefined {
  const { pathname } = new URL(request.path, 'http://simulator');
  if (request.method !== 'POST' || !['/v1/listen', '/v1/speak'].includes(pathname)) return answer(404, 'Not Found');
  const { authorization } = request.headers;
  if (authorization !== `Token ${DEEPGRAM_KEY}` && authorization !== `Bearer ${DEEPGRAM_TOKEN}`) {
    return errorAnswer(401, ['INVALID_AUTH', 'Invalid credentials.']);
  }
  if (isSpeech(request)) {
    const wrong = refuseSpeak(request, queryOf(request));
    return wrong && errorAnswer(wrong[0] === 'PAYLOAD_TOO_LARGE' ? 413 : 400, wrong);
  }
  const refusal = refuseBody(request) ?? refuseQuery(queryOf(request)) ?? refuseModel(queryOf(request));
  return refusal && errorAnswer(400, refusal);
}

function errorAnswer(status: number, [err_code, err_msg]: Refusal): ScriptedAnswer {
  return answer(status, { err_code, err_msg, request_id: REQUEST_ID });
}

function refuseBody({ headers, rawBody }: RecordedRequest): Refusal | undefined {
  const type = headers['content-type'] ?? '';
  if (headers['content-length'] === undefined) return ['Bad Request', 'Bad Request: Length Required'];
  if (type !== 'application/json') {
    const isAudio = /^(?:audio|video)\/[\w.+-]+$/.test(type) || type === 'application/octet-stream';
    return isAudio && rawBody.length > 0
      ? undefined
      : ['Bad Request', 'Bad Request: failed to process audio: corrupt or unsupported data'];
  }
  const body: unknown = JSON.parse(rawBody.toString());
  const isAddress =
    typeof body === 'object' &&
    body !== null &&
    Object.keys(body).join() === 'url' &&
    URL.canParse(String(Reflect.get(body, 'url')));
  return isAddress
    ? undefined
    : ['Bad Request', 'Content-type was application/json, but we could not process the JSON payload.'];
}

function refuseQuery(query: URLSearchParams): Refusal | undefined {
  for (const [name, value] of query) {
    const accepts = parameters.get(name);
    const isRepeated = query.getAll(name).length > 1 && !LISTS.includes(name) && name !== 'detect_language';
    if (!accepts?.(value) || isRepeated) {
      return ['INVALID_QUERY_PARAMETER', `Failed to deserialize query parameters: ${name}=${value}`];
    }
  }
  return undefined;
}

const parameters = new Map<string, (value: string) => boolean>([
  ...[...LISTS, ...SINGLE].map((name) => [name, (value: string) => value !== ''] as const),
  ...FLAGS.map((name) => [name, (value: string) => value === 'true' || value === 'false'] as const),
  ...MODES.map((name) => [name, (value: string) => value === 'extended' || value === 'strict'] as const),
  ['utt_split', (value) => Number(value) > 0],
  ['summarize', (value) => ['true', 'false', 'v2'].includes(value)],
  ['diarize_model', (value) => ['latest', 'v1', 'v2'].includes(value)],
  ['language', (value) => value === 'multi' || /^[a-z]{2,3}(?:-[A-Za-z0-9]+)*$/.test(value)],
  ['detect_language', (value) => value === 'true' || value === 'false' || /^[a-z]{2,3}(?:-[A-Z]{2})?$/.test(value)],
]);

/** What the documentation says in prose about models, languages and vocabularies. */
function refuseModel(query: URLSearchParams): Refusal | undefined {
  const model = query.get('model') ?? '';
  const language = query.get('language') ?? 'en';
  const isEnglish = /^en(?:-|$)/.test(language);
  const detects = (query.get('detect_language') ?? 'false') !== 'false';
  if (!MODELS.test(model) || (ENGLISH_ONLY.test(model) && (!isEnglish || detects))) {
    return ['Bad Request', 'Bad Request: No such model/language/tier combination found.'];
  }
  if (detects && query.has('language')) return ['Bad Request', 'Bad Request: language and detect_language exclude'];
  if (query.has('keyterm') && !model.startsWith('nova-3')) return ['Bad Request', 'Keyterm is only for Nova-3.'];
  if (query.has('keywords') && !/^(?:nova-2|nova(?!-3)|enhanced|base)/.test(model)) {
    return ['Bad Request', 'Bad Request: Keywords are not supported for this model.'];
  }
  return undefined;
}

function answerOf(query: URLSearchParams): ScriptedAnswer {
  return answer(200, deepgramAnswer(query), { 'dg-request-id': REQUEST_ID });
}

/** What Deepgram hears in any recording; with `multichannel` each speaker has a channel. */
export function deepgramAnswer(query: URLSearchParams): object {
  const multichannel = query.get('multichannel') === 'true';
  const voices = multichannel ? spokenSentences : [spokenWords];
  const is = (name: string): boolean => (query.get(name) ?? 'false') !== 'false';
  return {
    metadata: {
      transaction_key: 'deprecated',
      request_id: REQUEST_ID,
      sha256: '5324da68ede209a16ac69a38e8cd29cee4d754434a041166cda3a1f5e0b24566',
      created: '2026-11-20T10:00:00.000Z',
      duration: SPOKEN_SECONDS,
      channels: voices.length,
      models: [MODEL_ID],
      model_info: { [MODEL_ID]: { name: 'general-nova-3', version: '2026-08-01.0', arch: 'nova-3' } },
    },
    results: {
      channels: voices.map((words) => ({
        ...(is('search') && { search: [{ query: query.get('search'), hits: [] }] }),
        alternatives: [
          {
            transcript: transcriptOf(words, query),
            confidence: 0.99,
            ...(query.get('language') === 'multi' && { languages: ['en', 'es'] }),
            words: words.map((word) => wireWord(word, query)),
            ...(is('detect_entities') && { entities: [{ label: 'DATE', value: 'summer day', confidence: 0.9 }] }),
          },
        ],
        ...(is('detect_language') && { detected_language: 'en', language_confidence: 0.98 }),
      })),
      ...(is('utterances') && { utterances: utterancesOf(query) }),
      ...(is('summarize') && { summary: { result: 'success', short: 'A day at the beach.' } }),
      ...(is('sentiment') && {
        sentiments: { segments: [], average: { sentiment: 'positive', sentiment_score: 0.6 } },
      }),
    },
  };
}

function utterancesOf(query: URLSearchParams): object[] {
  return spokenSentences.map((words, index) => ({
    start: words[0]?.startSeconds,
    end: words.at(-1)?.endSeconds,
    confidence: 0.99,
    channel: query.get('multichannel') === 'true' ? index : 0,
    transcript: transcriptOf(words, query),
    words: words.map((word) => wireWord(word, query)),
    ...speakerOf(words[0], query),
    id: `0b8f2c4e-5b1c-4c7e-9a3e-00000000000${index}`,
  }));
}

function transcriptOf(words: readonly SpokenWord[], query: URLSearchParams): string {
  const spoken = words.map((it) => it.text).join(' ');
  return isPunctuated(query) ? spoken : bare(spoken);
}

function wireWord(word: SpokenWord, query: URLSearchParams): object {
  return {
    word: bare(word.text),
    start: word.startSeconds,
    end: word.endSeconds,
    confidence: 0.9,
    ...(query.get('language') === 'multi' && { language: 'en' }),
    ...(isPunctuated(query) && { punctuated_word: word.text }),
    ...speakerOf(word, query),
  };
}

/** Within a channel, Deepgram counts the speakers anew. */
function speakerOf(word: SpokenWord | undefined, query: URLSearchParams): object {
  const diarized = query.get('diarize') === 'true' || query.has('diarize_model');
  return diarized ? { speaker: query.get('multichannel') === 'true' ? 0 : word?.speaker, speaker_confidence: 0.8 } : {};
}

function isPunctuated(query: URLSearchParams): boolean {
  return query.get('punctuate') === 'true' || query.get('smart_format') === 'true';
}

function bare(text: string): string {
  return text.toLowerCase().replaceAll('.', '');
}
