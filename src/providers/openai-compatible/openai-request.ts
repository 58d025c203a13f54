import { whisperCode } from '../../domain/language.js';
import type { ChunkingStrategy, ResponseFormat, TranscriptionRequest } from '../../domain/transcription.js';
import type { MultipartPart } from '../multipart-body.js';

/** What the upstream is asked for, where that differs from what the client asked for. */
export interface UpstreamAsk {
  readonly upstreamModel: string;
  readonly upstreamFormat: ResponseFormat;
  readonly stream: boolean;
  /** Sent when the client named none; absent = the provider's own default. */
  readonly defaultChunkingStrategy?: ChunkingStrategy;
  /** The model takes a list of languages, and wants even a single one in it. */
  readonly listsLanguages?: boolean;
  /** Absent = as OpenAI writes it. */
  readonly spelling?: FormSpelling;
}

/** How a provider writes OpenAI's form, where that differs from OpenAI. */
export interface FormSpelling {
  /** Fields that go out with this value when the client named none. */
  readonly defaults?: Readonly<Record<string, string>>;
  /** Array keys are repeated without OpenAI's brackets. */
  readonly bare_arrays?: boolean;
  /** The field that takes a recording's address instead of a file; absent = none does, so the file is sent. */
  readonly urlField?: string;
}

/** A field with its values; several values are the same key repeated, none is no field. */
type Field = readonly [key: string, values: readonly string[]];

/**
 * The form of `POST /audio/transcriptions` and `/audio/translations`. Only what was asked for is sent, array keys carry
 * brackets as OpenAI's own clients write them. `model` comes first and the file last: Together reads the model before
 * the file, xAI insists on the file at the end, and nobody minds.
 */
export function encodeRequest(request: TranscriptionRequest, ask: UpstreamAsk): MultipartPart[] {
  const { defaults = {}, bare_arrays = false, urlField } = ask.spelling ?? {};
  const fields: Field[] = [
    ['model', [ask.upstreamModel]],
    ['response_format', [ask.upstreamFormat]],
    ...encodeLanguages(request, ask),
    ['prompt', given(request.prompt)],
    ['keywords[]', request.keywords],
    ['temperature', given(request.temperature)],
    ['timestamp_granularities[]', request.granularities],
    ['include[]', request.include],
    ['stream', ask.stream ? ['true'] : []],
    ...encodeChunkingStrategy(request.chunkingStrategy ?? ask.defaultChunkingStrategy),
    ['known_speaker_names[]', request.speakers?.names ?? []],
    ['known_speaker_references[]', request.speakers?.references ?? []],
    ...request.providerOptions,
  ];
  const parts = fields.flatMap(([key, values]) => {
    const name = bare_arrays ? key.replace(/\[\]$/, '') : key;
    return values.map((value) => ({ name, value }));
  });
  for (const [name, value] of Object.entries(defaults)) {
    if (!parts.some((it) => it.name === name)) parts.push({ name, value });
  }
  if (request.url !== undefined && urlField !== undefined) return [...parts, { name: urlField, value: request.url }];
  return [...parts, { name: 'file', file: request.audio }];
}

function encodeLanguages({ language, languages }: TranscriptionRequest, { listsLanguages }: UpstreamAsk): Field[] {
  const codes = [...new Set(languages.map(whisperCode))];
  if (language === undefined) return [['languages[]', codes]];
  return [[listsLanguages ? 'languages[]' : 'language', [whisperCode(language)]]];
}

function encodeChunkingStrategy(strategy: ChunkingStrategy | undefined): Field[] {
  if (strategy === undefined || strategy === 'auto') return [['chunking_strategy', given(strategy)]];
  return Object.entries(strategy).map(([key, value]) => [`chunking_strategy[${key}]`, given(value)]);
}

function given(value: string | number | undefined): string[] {
  return value === undefined ? [] : [String(value)];
}
