import { z } from 'zod';
import { parseRecordingUrl } from '../providers/url-fetch/fetch-target.js';
import { unfetchedAudio } from './recording-by-address/unfetched-audio.js';
import type { AudioSource } from '../domain/audio-source.js';
import { badRequest, type GatewayError } from '../domain/errors.js';
import {
  responseFormats,
  timestampGranularities,
  type ChunkingStrategy,
  type KnownSpeakers,
  type ResponseFormat,
  type Task,
  type TranscriptionRequest,
} from '../domain/transcription.js';

/** A multipart form: every field with all its values in the order sent; `x[]` and `x` are both under `x`. */
export interface FormFields {
  readonly fields: ReadonlyMap<string, readonly string[]>;
  readonly audio?: AudioSource;
}

/** What a client may say about how its request is served, beside what is to be done. */
export interface ClientWishes {
  /** Public models to try when the requested one cannot answer; replaces the model's own. */
  readonly fallbacks?: readonly string[];
  /** LiteLLM's `timeout`. */
  readonly timeoutMs?: number;
  /** LiteLLM's `mock_testing_fallbacks`. */
  readonly mockFallbacks: boolean;
  /** LiteLLM's `drop_params`; absent = as the model or the gateway has it. */
  readonly drop_params?: boolean;
}

const MAX_SPEAKERS = 4;
/** Fields that are neither OpenAI's nor a provider's. */
const ourFields = new Set(['fallbacks', 'timeout', 'mock_testing_fallbacks', 'drop_params', 'url']);

/** The fields of OpenAI's two forms; any other is a provider option. `stream` is ours for translations. */
const knownFields: Readonly<Record<Task, ReadonlySet<string>>> = {
  transcribe: new Set([
    'model',
    'language',
    'languages',
    'keywords',
    'prompt',
    'response_format',
    'temperature',
    'timestamp_granularities',
    'include',
    'stream',
    'chunking_strategy',
    'known_speaker_names',
    'known_speaker_references',
  ]),
  translate: new Set(['model', 'prompt', 'response_format', 'temperature', 'stream']),
};

/**
 * Reads OpenAI's form in every spelling that clients use. An empty optional value counts as not sent, as browsers' forms
 * send it.
 * @throws GatewayError 400 that names the field
 */
export function parseTranscriptionForm(
  task: Task,
  { fields, audio }: FormFields,
): { request: TranscriptionRequest; wishes: ClientWishes } {
  const model = scalar(fields, 'model');
  if (model === undefined) {
    throw badRequest('you must provide a model parameter', 'model', 'missing_required_parameter');
  }
  if (model.length > 200) throw invalid('model', 'is longer than 200 characters');
  const source = parseSource({ fields, audio });
  const known = knownFields[task];
  const ours = new Map([...fields].filter(([name]) => known.has(baseName(name))));
  const request: TranscriptionRequest = {
    task,
    model,
    ...source,
    language: scalar(ours, 'language'),
    prompt: scalar(ours, 'prompt'),
    temperature: parseTemperature(scalar(ours, 'temperature')),
    responseFormat: parseResponseFormat(task, scalar(ours, 'response_format')),
    granularities: parseEnumList(ours, 'timestamp_granularities', timestampGranularities),
    stream: parseBoolean('stream', scalar(ours, 'stream')),
    include: parseEnumList(ours, 'include', ['logprobs']),
    chunkingStrategy: parseChunkingStrategy(ours),
    keywords: parseKeywords(ours),
    languages: list(ours, 'languages'),
    speakers: parseSpeakers(ours),
    providerOptions: new Map([...fields].filter(([name]) => !known.has(baseName(name)) && !ourFields.has(name))),
  };
  checkCombinations(request);
  return { request, wishes: parseWishes(fields) };
}

/** Where the audio comes from: a file, or the address of one. */
function parseSource({ fields, audio }: FormFields): Pick<TranscriptionRequest, 'audio' | 'url'> {
  const url = scalar(fields, 'url');
  if (url === undefined) {
    if (audio) return { audio };
    const message = "Missing required field 'file': send a recording, or its address in 'url'";
    throw badRequest(message, 'file', 'missing_required_parameter');
  }
  if (audio) throw invalid('url', "cannot be combined with 'file'");
  return { audio: unfetchedAudio, url: parseRecordingUrl(url).href };
}

/**
 * Reads the header `x-auricle-timeout-ms`.
 * @throws GatewayError 400
 */
export function readTimeoutHeader(value: string | string[] | undefined): number | undefined {
  if (value === undefined) return undefined;
  const milliseconds = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : 0;
  if (milliseconds < 1) throw invalid('x-auricle-timeout-ms', 'must be a positive whole number of milliseconds');
  return milliseconds;
}

function parseWishes(fields: FormFields['fields']): ClientWishes {
  const fallbacks = list(fields, 'fallbacks').flatMap((value) => value.split(',').map((name) => name.trim()));
  const timeout = scalar(fields, 'timeout');
  const drop_params = scalar(fields, 'drop_params');
  if (timeout !== undefined && !(/^\d*\.?\d+$/.test(timeout) && Number(timeout) > 0)) {
    throw invalid('timeout', 'must be a positive number of seconds');
  }
  return {
    fallbacks: fallbacks.length > 0 ? fallbacks.filter(Boolean) : undefined,
    timeoutMs: timeout === undefined ? undefined : Math.ceil(Number(timeout) * 1000),
    mockFallbacks: parseBoolean('mock_testing_fallbacks', scalar(fields, 'mock_testing_fallbacks')),
    drop_params: drop_params === undefined ? undefined : parseBoolean('drop_params', drop_params),
  };
}

/** `chunking_strategy[type]` belongs to `chunking_strategy`. */
function baseName(name: string): string {
  return name.startsWith('chunking_strategy[') ? 'chunking_strategy' : name;
}

function checkCombinations({
  granularities,
  responseFormat,
  include,
  language,
  languages,
}: TranscriptionRequest): void {
  if (granularities.length > 0 && responseFormat !== 'verbose_json') {
    throw invalid('timestamp_granularities', "needs response_format 'verbose_json'");
  }
  if (include.length > 0 && responseFormat !== 'json') {
    throw invalid('include', "with 'logprobs' needs response_format 'json'");
  }
  if (language !== undefined && languages.length > 0) throw invalid('languages', "cannot be combined with 'language'");
}

function parseTemperature(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d*\.?\d+(e-?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  if (!(value >= 0 && value <= 1)) throw invalid('temperature', 'must be a number between 0 and 1');
  return value;
}

function parseResponseFormat(task: Task, text: string | undefined): ResponseFormat {
  if (text === undefined) return 'json';
  const allowed = responseFormats.filter((format) => task === 'transcribe' || format !== 'diarized_json');
  const format = allowed.find((it) => it === text);
  if (!format) throw invalid('response_format', `must be one of ${allowed.join(', ')}`);
  return format;
}

function parseBoolean(name: string, text: string | undefined): boolean {
  if (text === undefined) return false;
  const value = { true: true, '1': true, false: false, '0': false, null: false }[text.toLowerCase()];
  if (value === undefined) throw invalid(name, 'must be true or false');
  return value;
}

function parseEnumList<Value extends string>(
  fields: FormFields['fields'],
  name: string,
  allowed: readonly Value[],
): readonly Value[] {
  const values = list(fields, name).map((text) => {
    const value = allowed.find((it) => it === text);
    if (value === undefined) throw invalid(name, `may only contain ${allowed.join(', ')}`);
    return value;
  });
  return [...new Set(values)];
}

/** OpenAI lets the whole request fail for these characters, with a message that does not say so. */
function parseKeywords(fields: FormFields['fields']): readonly string[] {
  const keywords = list(fields, 'keywords');
  if (keywords.some((keyword) => /[<>\r\n]/.test(keyword))) {
    throw invalid('keywords', 'must not contain <, > or line breaks');
  }
  return keywords;
}

function parseSpeakers(fields: FormFields['fields']): KnownSpeakers | undefined {
  const names = list(fields, 'known_speaker_names');
  const references = list(fields, 'known_speaker_references');
  if (names.length === 0 && references.length === 0) return undefined;
  if (names.length !== references.length) {
    throw invalid('known_speaker_references', 'must have as many entries as known_speaker_names');
  }
  if (names.length > MAX_SPEAKERS) throw invalid('known_speaker_names', `may have at most ${MAX_SPEAKERS} entries`);
  if (references.some((reference) => !/^data:[^,]*,/.test(reference))) {
    throw invalid('known_speaker_references', 'must be data URLs');
  }
  return { names, references };
}

const strategyObject = z.strictObject({
  type: z.literal('server_vad'),
  prefix_padding_ms: z.coerce.number().int().min(0).optional(),
  silence_duration_ms: z.coerce.number().int().min(0).optional(),
  threshold: z.coerce.number().min(0).max(1).optional(),
});

/** `auto`, a JSON text, or bracketed keys, as openai-python sends a nested object. */
function parseChunkingStrategy(fields: FormFields['fields']): ChunkingStrategy | undefined {
  const bracketed = [...fields].flatMap(([name, values]) => {
    const key = /^chunking_strategy\[([^\]]*)\]$/.exec(name)?.[1];
    return key === undefined ? [] : [[key, values.at(-1)] as const];
  });
  if (bracketed.length > 0) return parseStrategyObject(Object.fromEntries(bracketed));
  const text = scalar(fields, 'chunking_strategy');
  if (text === undefined || text === 'null') return undefined;
  if (text === 'auto') return 'auto';
  const value = parseJson(text);
  if (value === 'auto') return 'auto';
  return parseStrategyObject(value);
}

function parseStrategyObject(value: unknown): ChunkingStrategy {
  const parsed = strategyObject.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const at = issue?.path.join('.');
  throw invalid(
    'chunking_strategy',
    `must be 'auto' or an object of type 'server_vad'${issue ? ` (${at ? `${at}: ` : ''}${issue.message})` : ''}`,
  );
}

/** The one value of a field; empty = not sent. */
function scalar(fields: FormFields['fields'], name: string): string | undefined {
  const values = fields.get(name) ?? [];
  if (values.length > 1) throw badRequest(`'${name}' was sent ${values.length} times`, name, 'invalid_value');
  return values[0] === '' ? undefined : values[0];
}

/** All values of a field; a single value may be a JSON array of strings. */
function list(fields: FormFields['fields'], name: string): readonly string[] {
  const values = (fields.get(name) ?? []).filter((value) => value !== '');
  const [only] = values;
  if (values.length !== 1 || !only?.trimStart().startsWith('[')) return values;
  const parsed = z.array(z.string()).safeParse(parseJson(only));
  return parsed.success ? parsed.data : values;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function invalid(param: string, rule: string): GatewayError {
  return badRequest(`Invalid '${param}': it ${rule}`, param, 'invalid_value');
}
