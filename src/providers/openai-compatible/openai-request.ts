import type { ChunkingStrategy, ResponseFormat, TranscriptionRequest } from '../../domain/transcription.js';
import type { MultipartPart } from '../multipart-body.js';

/** What the upstream is asked for, where that differs from what the client asked for. */
export interface UpstreamAsk {
  readonly upstreamModel: string;
  readonly upstreamFormat: ResponseFormat;
  readonly stream: boolean;
  /** Sent when the client named none; absent = the provider's own default. */
  readonly defaultChunkingStrategy?: ChunkingStrategy;
}

/** A field with its values; several values are the same key repeated, none is no field. */
type Field = readonly [key: string, values: readonly string[]];

/**
 * The form of `POST /audio/transcriptions` and `/audio/translations`. Only what was asked for is sent, array keys carry
 * brackets as OpenAI's own clients write them. `model` comes first and the file last: Together reads the model before
 * the file, xAI insists on the file at the end, and nobody minds.
 */
export function encodeRequest(request: TranscriptionRequest, ask: UpstreamAsk): MultipartPart[] {
  const fields: Field[] = [
    ['model', [ask.upstreamModel]],
    ['response_format', [ask.upstreamFormat]],
    ['language', given(request.language)],
    ['languages[]', request.languages],
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
  const parts = fields.flatMap(([name, values]) => values.map((value) => ({ name, value })));
  return [...parts, { name: 'file', file: request.audio }];
}

function encodeChunkingStrategy(strategy: ChunkingStrategy | undefined): Field[] {
  if (strategy === undefined || strategy === 'auto') return [['chunking_strategy', given(strategy)]];
  return Object.entries(strategy).map(([key, value]) => [`chunking_strategy[${key}]`, given(value)]);
}

function given(value: string | number | undefined): string[] {
  return value === undefined ? [] : [String(value)];
}
