import { z } from 'zod';
import { ProviderError } from '../../domain/errors.js';
import { whisperCode } from '../../domain/language.js';
import type { ResponseFormat, TranscriptionRequest } from '../../domain/transcription.js';
import { parseJson } from '../answer-body.js';
import type { MultipartPart } from '../multipart-body.js';
import { flag, type OptionRule, readOptions, rejected, texts } from '../option-fields.js';

const speakerReferencesSchema = z.record(z.string(), z.unknown());

/** Recordings in base64 by the names of who speaks in them, as JSON text; what is in it Mistral judges. */
const speakerReferences: OptionRule = {
  mustBe: 'a JSON object of names and recordings in base64',
  read: ([value = '', ...others]) =>
    others.length === 0 && speakerReferencesSchema.safeParse(parseJson(value)).success ? [value] : undefined,
};

/** Mistral's own fields. */
const OPTIONS: Readonly<Record<string, OptionRule>> = {
  diarize: flag,
  context_bias: texts,
  speaker_references: speakerReferences,
};

/** Formats that need times, which Mistral gives only when asked. */
const TIMED: readonly ResponseFormat[] = ['srt', 'vtt', 'verbose_json', 'diarized_json'];

const MAX_CONTEXT_BIAS = 100;
const MAX_URL_LENGTH = 2083;

/** What Mistral is to be asked for. */
export interface MistralAsk {
  readonly parts: readonly MultipartPart[];
  /** Whether the answer will have segments with times. */
  readonly isTimed: boolean;
}

/**
 * The form of `POST /v1/audio/transcriptions`: array keys are repeated without brackets. Speakers need the times of
 * segments, and times cannot be had together with a language.
 * @throws ProviderError `request_rejected` or `unsupported`, naming the field
 */
export function askMistral(request: TranscriptionRequest, upstreamModel: string, stream: boolean): MistralAsk {
  const options = readOptions(OPTIONS, request.providerOptions);
  const diarizes = readDiarize(request, options);
  const isTimed = diarizes || TIMED.includes(request.responseFormat);
  const language = readLanguage(request.language);
  if (isTimed && language !== undefined) {
    const needed = diarizes ? 'speakers' : `response_format '${request.responseFormat}'`;
    throw new ProviderError('unsupported', `Mistral cannot give ${needed} when a language is named; leave it out`, {
      param: 'language',
    });
  }
  const fields: readonly (readonly [name: string, values: readonly (string | number | undefined)[]])[] = [
    ['model', [upstreamModel]],
    ['language', [language]],
    ['temperature', [request.temperature]],
    ['stream', [stream ? 'true' : undefined]],
    ['diarize', [diarizes ? 'true' : undefined]],
    ['context_bias', readContextBias(request.keywords, options.get('context_bias'))],
    ['speaker_references', options.get('speaker_references') ?? []],
    ['timestamp_granularities', [isTimed ? 'segment' : undefined]],
  ];
  const parts = fields.flatMap(([name, values]) =>
    values.filter((it) => it !== undefined).map((value) => ({ name, value: String(value) })),
  );
  return { parts: [...parts, readAudio(request)], isTimed };
}

function readDiarize({ responseFormat }: TranscriptionRequest, options: ReadonlyMap<string, readonly string[]>) {
  const [asked] = options.get('diarize') ?? [];
  if (responseFormat !== 'diarized_json') return asked === 'true';
  if (asked === 'false') {
    throw rejected('diarize', "response_format 'diarized_json' needs speakers, but diarize is false");
  }
  return true;
}

/** Mistral takes ISO-639-1 only; the region of `en-US` would not change what it hears. */
function readLanguage(language: string | undefined): string | undefined {
  if (language === undefined) return undefined;
  const code = whisperCode(language);
  if (code.length === 2) return code;
  throw new ProviderError('unsupported', 'Mistral knows languages that have a code of two letters, such as en', {
    param: 'language',
  });
}

/** The words of a keyword are joined by underscores, as Mistral's guide says; a comma would end it. */
function readContextBias(keywords: readonly string[], given: readonly string[] = []): readonly string[] {
  const terms = keywords.map((keyword) => keyword.trim().replaceAll(/\s+/g, '_'));
  if (terms.some((term) => term === '' || term.includes(','))) {
    throw rejected('keywords', 'Mistral takes keywords that are not empty and have no comma');
  }
  if (given.some((term) => /[,\s]/.test(term))) {
    throw rejected('context_bias', "an entry of the field 'context_bias' must have neither commas nor white space");
  }
  if (terms.length + given.length > MAX_CONTEXT_BIAS) {
    const param = terms.length > 0 ? 'keywords' : 'context_bias';
    throw rejected(param, `Mistral takes at most ${MAX_CONTEXT_BIAS} keywords`);
  }
  return [...terms, ...given];
}

function readAudio({ url, audio }: TranscriptionRequest): MultipartPart {
  if (url === undefined) return { name: 'file', file: audio };
  if (url.length > MAX_URL_LENGTH) {
    throw rejected('url', `Mistral takes addresses of at most ${MAX_URL_LENGTH} characters`);
  }
  return { name: 'file_url', value: url };
}
