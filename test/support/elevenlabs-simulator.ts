import { answer, pieces, type ScriptedAnswer } from './simulator-answers.js';
import { audioFormats, inPieces, spokenAudio } from './spoken-audio.js';
import type { RecordedRequest } from './simulator-request.js';
import { SimulatorServer } from './simulator-server.js';
import { SPOKEN_SECONDS, spokenSentences, type SpokenWord, spokenWords } from './spoken-words.js';

/** The key that the simulated ElevenLabs takes. */
export const ELEVENLABS_KEY = 'sk_0123456789abcdef0123456789abcdef0123456789abcdef';

/** ElevenLabs' speech-to-text and text-to-speech: strict about requests, scriptable in its answers. */
export class ElevenLabsSimulator extends SimulatorServer {
  /** Starts on a free port. */
  static start(): Promise<ElevenLabsSimulator> {
    return new ElevenLabsSimulator({
      refuse: (request) => (isSpeech(request) ? refuseSpeech(request) : refuse(request)),
      answer: (request) => (isSpeech(request) ? spokenAnswer(request) : answerOf(request)),
    }).listen();
  }

  /** The base URL to give to a client. */
  get url(): string {
    return `${this.origin}/v1`;
  }

  /** The text fields of the latest request, in the order of the wire. */
  get lastFields(): readonly (readonly [string, string])[] {
    return this.lastRequest.parts.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const]));
  }
}

function isSpeech({ path }: RecordedRequest): boolean {
  return path.startsWith('/v1/text-to-speech/');
}

/** As the enumeration in ElevenLabs' specification of August 2025 has them, with what its clients added. */
const OUTPUT_FORMATS =
  /^(?:mp3_(?:22050_32|24000_48|44100_(?:32|64|96|128|192))|(?:pcm|wav)_(?:8000|16000|22050|24000|44100|48000)|[ua]law_8000|opus_48000_(?:32|64|96|128|192))$/;

/** The fields of the body, as elevenlabs-js 2.73 sends them. */
const SPEECH_FIELDS = [
  'text',
  'model_id',
  'language_code',
  'voice_settings',
  'pronunciation_dictionary_locators',
  'seed',
  'previous_text',
  'next_text',
  'previous_request_ids',
  'next_request_ids',
  'use_pvc_as_ivc',
  'apply_text_normalization',
  'apply_language_text_normalization',
  'audio_effects',
];

function refuseSpeech(request: RecordedRequest): ScriptedAnswer | undefined {
  const { pathname, searchParams } = new URL(request.path, 'http://simulator');
  const [, voice] = /^\/v1\/text-to-speech\/([A-Za-z0-9]{20})\/stream$/.exec(pathname) ?? [];
  if (request.method !== 'POST' || !pathname.endsWith('/stream')) return answer(404, { detail: 'Not Found' });
  if (request.headers['xi-api-key'] !== ELEVENLABS_KEY) {
    return answer(401, { detail: { status: 'invalid_api_key', message: 'Invalid API key' } });
  }
  if (voice === undefined) {
    return answer(404, { detail: { status: 'voice_not_found', message: 'A voice with that id was not found.' } });
  }
  const unknown = [...searchParams.keys()].find((name) => !['output_format', 'enable_logging'].includes(name));
  if (unknown) return violation(['query', unknown], 'Unknown');
  if (!OUTPUT_FORMATS.test(searchParams.get('output_format') ?? ''))
    return violation(['query', 'output_format'], 'Invalid');
  const body: unknown = JSON.parse(request.rawBody.toString());
  const fields = typeof body === 'object' && body !== null ? Object.entries(body) : [];
  const surplus = fields.find(([name]) => !SPEECH_FIELDS.includes(name));
  if (surplus) return violation(['body', surplus[0]], 'Extra inputs are not permitted');
  const { text, model_id: model, voice_settings: settings } = Object.fromEntries(fields);
  if (typeof text !== 'string' || text === '') return violation(['body', 'text'], 'Field required');
  if (!/^eleven_\w+$/.test(String(model))) {
    return answer(400, {
      detail: { status: 'model_not_found', message: `A model with model ID ${model} does not exist` },
    });
  }
  const speed: unknown = typeof settings === 'object' && settings !== null ? Reflect.get(settings, 'speed') : 1;
  const isSpeed = speed === undefined || (typeof speed === 'number' && speed >= 0.7 && speed <= 1.2);
  return isSpeed ? undefined : violation(['body', 'voice_settings', 'speed'], 'must be between 0.7 and 1.2');
}

function spokenAnswer({ path }: RecordedRequest): ScriptedAnswer {
  const [codec = 'mp3'] = (new URL(path, 'http://simulator').searchParams.get('output_format') ?? '').split('_');
  const format = audioFormats.find((it) => it === codec) ?? 'mp3';
  return pieces(inPieces(spokenAudio(format)), {
    'content-type': format === 'mp3' ? 'audio/mpeg' : 'application/octet-stream',
    'request-id': 'req_simulated',
    'character-cost': '20',
  });
}

const isFlag = (value: string): boolean => value === 'true' || value === 'false';
const isBetween =
  (lowest: number, highest: number) =>
  (value: string): boolean =>
    value !== '' && Number(value) >= lowest && Number(value) <= highest;

/** The fields of the first version, as its API specification has them. */
const firstFields: readonly (readonly [string, (value: string) => boolean])[] = [
  ['model_id', (value) => /^scribe_v\d/.test(value)],
  ['language_code', (value) => /^[a-z]{2,3}$/.test(value)],
  ['tag_audio_events', isFlag],
  ['num_speakers', isBetween(1, 32)],
  ['timestamps_granularity', (value) => ['none', 'word', 'character'].includes(value)],
  ['diarize', isFlag],
  ['diarization_threshold', isBetween(0.1, 0.4)],
  ['temperature', isBetween(0, 2)],
  ['seed', isBetween(0, 2_147_483_647)],
  ['use_multi_channel', isFlag],
  ['cloud_storage_url', (value) => value.startsWith('https://')],
];

/** What came with the second version, as ElevenLabs' own clients have it. */
const secondFields: readonly (readonly [string, (value: string) => boolean])[] = [
  ['source_url', (value) => URL.canParse(value)],
  ['keyterms', (value) => value !== '' && value.length <= 50],
  ['no_verbatim', isFlag],
  ['detect_speaker_roles', isFlag],
  ['use_speaker_library', isFlag],
  ['entity_detection', (value) => value !== ''],
  ['entity_redaction', (value) => value !== ''],
  ['transcript_edit', (value) => value !== '' && value.length <= 2000],
  ['entity_redaction_mode', (value) => ['redacted', 'entity_type', 'enumerated_entity_type'].includes(value)],
];

/** What came with the third version. */
const thirdFields: readonly (readonly [string, (value: string) => boolean])[] = [
  ['secondary_language_codes', (value) => /^[a-z]{2,3}$/.test(value)],
  ['numbers_format', (value) => ['digits', 'words'].includes(value)],
];
const LISTS = ['keyterms', 'entity_detection', 'entity_redaction', 'secondary_language_codes'];

/** Names of the fields that ElevenLabs' specification of August 2025 does not have yet. */
export const newerFields: readonly string[] = [...secondFields, ...thirdFields].map(([name]) => name);

function refuse(request: RecordedRequest): ScriptedAnswer | undefined {
  const { pathname, search } = new URL(request.path, 'http://simulator');
  if (request.method !== 'POST' || pathname !== '/v1/speech-to-text') return answer(404, { detail: 'Not Found' });
  if (search !== '' && search !== '?enable_logging=false') return violation(['query'], `Unknown query ${search}`);
  if (request.headers['xi-api-key'] !== ELEVENLABS_KEY) {
    return answer(401, { detail: { status: 'invalid_api_key', message: 'Invalid API key' } });
  }
  if (!request.headers['content-type']?.startsWith('multipart/form-data; boundary=')) {
    return violation(['body'], 'Field required');
  }
  return refuseFields(request) ?? refuseCombination(request);
}

function violation(loc: readonly string[], msg: string): ScriptedAnswer {
  return answer(422, { detail: [{ loc, msg, type: 'value_error' }] });
}

function refuseFields(request: RecordedRequest): ScriptedAnswer | undefined {
  const isFirst = request.value('model_id')?.startsWith('scribe_v1') === true;
  // Also addresses belong to both versions.
  const isThird = request.value('model_id')?.startsWith('scribe_v3') === true;
  const later = [...secondFields, ...(isThird ? thirdFields : [])];
  const known = new Map([...firstFields, ...(isFirst ? secondFields.slice(0, 1) : later)]);
  for (const { name, value } of request.parts) {
    if (value === undefined) continue;
    const isRepeated = request.values(name).length > 1 && !LISTS.includes(name);
    if (!known.get(name)?.(value) || isRepeated) return violation(['body', name], `Invalid ${name}: ${value}`);
  }
  const model = request.value('model_id');
  if (model === undefined) return violation(['body', 'model_id'], 'Field required');
  if (['scribe_v1', 'scribe_v2', 'scribe_v2_medical', 'scribe_v3'].includes(model)) return undefined;
  return answer(400, {
    detail: {
      type: 'validation_error',
      code: 'invalid_parameters',
      message: `${model} is not a valid model_id.`,
      status: 'invalid_model_id',
      request_id: 'req_simulated',
      param: 'model_id',
    },
  });
}

/** What the documentation says in prose. */
function refuseCombination(request: RecordedRequest): ScriptedAnswer | undefined {
  const sources = [...request.parts.filter((it) => it.file), ...request.values('source_url')];
  const filed = request.file === undefined || request.parts.find((it) => it.file)?.name === 'file';
  if (sources.length !== 1 || !filed) return violation(['body', 'file'], 'Exactly one of file and source_url');
  const diarizes = request.value('diarize') === 'true';
  if (request.value('use_multi_channel') === 'true' && (diarizes || request.value('num_speakers') !== undefined)) {
    return violation(['body', 'use_multi_channel'], 'diarize must be false with use_multi_channel');
  }
  const threshold = request.value('diarization_threshold');
  if (threshold !== undefined && (!diarizes || request.value('num_speakers') !== undefined)) {
    return violation(['body', 'diarization_threshold'], 'needs diarize and no num_speakers');
  }
  return undefined;
}

function answerOf(request: RecordedRequest): ScriptedAnswer {
  return answer(
    200,
    elevenLabsAnswer((name) => request.value(name)),
    { 'request-id': 'req_simulated' },
  );
}

/** What Scribe hears in any recording; with `use_multi_channel` each speaker has a channel. */
export function elevenLabsAnswer(field: (name: string) => string | undefined): object {
  const facts = { audio_duration_secs: SPOKEN_SECONDS, transcription_id: 'transcription_simulated' };
  if (field('use_multi_channel') !== 'true') return { ...transcriptOf(spokenWords, field), ...facts };
  const transcripts = spokenSentences.map((words, channel) => ({
    ...transcriptOf(words, field),
    channel_index: channel,
  }));
  return { transcripts, ...facts };
}

function transcriptOf(words: readonly SpokenWord[], field: (name: string) => string | undefined): object {
  const laughs = field('tag_audio_events') !== 'false';
  const items = words.flatMap((word, index) => itemsOf(word, words[index - 1], field));
  const end = words.at(-1)?.endSeconds ?? 0;
  const laughter = { text: '(laughter)', start: end, end: end + 0.2, type: 'audio_event', logprob: -0.3 };
  return {
    language_code: field('language_code') ?? 'eng',
    language_probability: 0.98,
    text: `${words.map((it) => it.text).join(' ')}${laughs ? '(laughter)' : ''}`,
    words: laughs ? [...items, laughter] : items,
    ...(field('entity_detection') !== undefined && {
      entities: [{ text: 'summer', entity_type: 'date', start_char: 37, end_char: 43 }],
    }),
  };
}

/** Scribe names a speaker even where nobody asked for one. */
function itemsOf(
  word: SpokenWord,
  before: SpokenWord | undefined,
  field: (name: string) => string | undefined,
): object[] {
  const speaker_id = speakerId(field('diarize') === 'true' ? word.speaker : 0, field);
  const spoken = { text: word.text, start: word.startSeconds, end: word.endSeconds, type: 'word', speaker_id };
  const space = { text: ' ', start: before?.endSeconds, end: word.startSeconds, type: 'spacing', speaker_id };
  return [...(before ? [{ ...space, logprob: 0 }] : []), { ...spoken, logprob: -0.1 }];
}

function speakerId(speaker: number, field: (name: string) => string | undefined): string | undefined {
  return field('detect_speaker_roles') === 'true' ? ['agent', 'customer'][speaker] : `speaker_${speaker}`;
}
