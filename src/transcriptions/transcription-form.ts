import { z } from 'zod';
import { parseRecordingUrl } from '../providers/url-fetch/fetch-target.js';
import {
  capped,
  checkName,
  invalid,
  list,
  numberIn,
  parseBoolean,
  parseJson,
  scalar,
  type FormFields,
  type ListField,
} from '../serving/form-values.js';
import { isCacheField, readCacheField } from './cache/cache-wish.reader.js';
import { refuseDeploymentFields } from '../serving/deployment-fields.js';
import { unfetchedAudio } from './recording-by-address/unfetched-audio.js';
import { type ClientWishes, readClientWishes } from '../serving/client-wishes.js';
import { isMetadataField } from '../serving/request-metadata.js';
import { badRequest } from '../domain/errors.js';
import { needsTimes } from '../domain/format-plan.js';
import { isDetection, languageTag } from '../domain/language.js';
import {
  responseFormats,
  timestampGranularities,
  type ChunkingStrategy,
  type KnownSpeakers,
  type ResponseFormat,
  type TranscriptionTask,
  type TranscriptionRequest,
} from '../domain/transcription.js';

/** How many different fields of providers' own one request may have. */
const MAX_OPTIONS = 50;
/** Fields that are neither OpenAI's nor a provider's. */
const ourFields = new Set(['fallbacks', 'timeout', 'mock_testing_fallbacks', 'drop_params', 'num_retries', 'url']);

/** The fields of OpenAI's two forms; any other is a provider option. `stream` and `language` are ours for translations. */
const knownFields: Readonly<Record<TranscriptionTask, ReadonlySet<string>>> = {
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
  translate: new Set(['model', 'language', 'prompt', 'response_format', 'temperature', 'stream']),
};

/**
 * Reads OpenAI's form in every spelling that clients use. An empty optional value counts as not sent, as browsers' forms
 * send it. `warnings` tell what was sent in vain.
 * @throws GatewayError 400 that names the field
 */
export function parseTranscriptionForm(
  task: TranscriptionTask,
  { fields, audio }: FormFields,
): { request: TranscriptionRequest; wishes: ClientWishes; warnings: readonly string[] } {
  const model = scalar(fields, 'model');
  if (model === undefined) {
    throw badRequest('you must provide a model parameter', 'model', 'missing_required_parameter');
  }
  checkName('model', model);
  refuseDeploymentFields(fields.keys());
  const source = parseSource({ fields, audio });
  const known = knownFields[task];
  const ours = new Map([...fields].filter(([name]) => known.has(baseName(name))));
  const request: TranscriptionRequest = {
    task,
    model,
    ...source,
    language: readLanguages('language', given(scalar(ours, 'language')))[0],
    prompt: scalar(ours, 'prompt'),
    temperature: parseTemperature(scalar(ours, 'temperature')),
    responseFormat: parseResponseFormat(task, scalar(ours, 'response_format')),
    granularities: parseEnumList(ours, 'timestamp_granularities', timestampGranularities),
    stream: parseBoolean('stream', scalar(ours, 'stream')),
    include: parseEnumList(ours, 'include', ['logprobs']),
    chunkingStrategy: parseChunkingStrategy(ours),
    keywords: parseKeywords(ours),
    languages: readLanguages('languages', list(ours, 'languages')),
    speakers: parseSpeakers(ours),
    providerOptions: parseOptions([...fields].filter(([name]) => !known.has(baseName(name)) && !isOurs(name))),
  };
  checkCombinations(request);
  const { request: asked, warnings } = withoutVainGranularities(request);
  return { request: asked, wishes: { ...readClientWishes(fields), cache: readCacheField(fields) }, warnings };
}

function isOurs(name: string): boolean {
  return ourFields.has(name) || isCacheField(name) || isMetadataField(name);
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
  const isForTimes = granularities.includes('word') && needsTimes(responseFormat);
  if (isForTimes && responseFormat !== 'verbose_json') {
    throw invalid('timestamp_granularities', `cannot be 'word' with response_format '${responseFormat}'`);
  }
  if (include.length > 0 && responseFormat !== 'json') {
    throw invalid('include', "with 'logprobs' needs response_format 'json'");
  }
  if (language !== undefined && languages.length > 0) throw invalid('languages', "cannot be combined with 'language'");
}

/**
 * Granularities are for `verbose_json`. Clients send them with the formats that have no times, as OpenAI lets them; and
 * subtitles are by segment as they are.
 */
function withoutVainGranularities(request: TranscriptionRequest): {
  request: TranscriptionRequest;
  warnings: readonly string[];
} {
  const { responseFormat, granularities } = request;
  if (granularities.length === 0 || responseFormat === 'verbose_json') return { request, warnings: [] };
  return {
    request: { ...request, granularities: [] },
    warnings: needsTimes(responseFormat)
      ? []
      : [`timestamp_granularities was not applied: response_format '${responseFormat}' has no timestamps`],
  };
}

function parseTemperature(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = numberIn(text);
  if (!(value >= 0 && value <= 1)) throw invalid('temperature', 'must be a number between 0 and 1');
  return value;
}

function parseResponseFormat(task: TranscriptionTask, text: string | undefined): ResponseFormat {
  if (text === undefined) return 'json';
  const allowed = responseFormats.filter((format) => task === 'transcribe' || format !== 'diarized_json');
  const format = allowed.find((it) => it === text);
  if (!format) throw invalid('response_format', `must be one of ${allowed.join(', ')}`);
  return format;
}

/** Names separated by commas are what becomes of a list in clients that make a text of it, such as Vercel's AI SDK 4. */
function parseEnumList<Value extends string>(
  fields: FormFields['fields'],
  name: ListField,
  allowed: readonly Value[],
): readonly Value[] {
  const named = list(fields, name).flatMap((text) => text.split(',').map((part) => part.trim()));
  const values = capped(name, named).map((text) => {
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

/** Languages in the one form of the gateway; whatever stands for detection is as good as not sent. */
function readLanguages(param: 'language' | 'languages', sent: readonly string[]): readonly string[] {
  const tags = sent.flatMap((language) => {
    if (isDetection(language)) return [];
    const tag = languageTag(language);
    if (tag === undefined) {
      throw invalid(
        param,
        "must name a language by its code ('en', 'eng'), its tag ('en-US') or in English ('English'), or be 'auto'",
      );
    }
    return [tag];
  });
  return [...new Set(tags)];
}

function parseSpeakers(fields: FormFields['fields']): KnownSpeakers | undefined {
  const names = list(fields, 'known_speaker_names');
  const references = list(fields, 'known_speaker_references');
  if (names.length === 0 && references.length === 0) return undefined;
  if (names.length !== references.length) {
    throw invalid('known_speaker_references', 'must have as many entries as known_speaker_names');
  }
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

function given(value: string | undefined): readonly string[] {
  return value === undefined ? [] : [value];
}

/** Fields of providers' own. Which of them a provider knows, and what they mean, is the provider's to say. */
function parseOptions(
  options: readonly (readonly [string, readonly string[]])[],
): TranscriptionRequest['providerOptions'] {
  const [first] = options.slice(MAX_OPTIONS);
  if (first) throw invalid(first[0], `is one of more than ${MAX_OPTIONS} fields that OpenAI does not have`);
  return new Map(options);
}
