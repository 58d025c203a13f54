import type { Json } from '../../domain/request-metadata.js';
import { MAX_NANO_USD, type NanoUsd } from '../../domain/money.js';
import type { SpokenSegment } from '../../domain/transcription.js';
import { keptSegments } from './kept-segments.js';
import type { LogEntry } from './log-entry.js';
import { searchConfigOf } from './search-config.js';

const MAX_INTEGER = 2 ** 31 - 1;
/** The largest doubles are rounded beyond the column's range on their way there. */
const MAX_DOUBLE = 1e300;

/** The columns of a log with their types in PostgreSQL. */
export const logColumns = {
  id: 'uuid',
  created_at: 'timestamptz',
  key_id: 'uuid',
  key_name: 'text',
  team_id: 'uuid',
  team_name: 'text',
  task: 'text',
  model: 'text',
  model_known: 'boolean',
  provider: 'text',
  deployment_id: 'text',
  upstream_model: 'text',
  upstream_request_id: 'text',
  response_format: 'text',
  stream: 'boolean',
  status: 'text',
  http_status: 'integer',
  error_code: 'text',
  error_message: 'text',
  audio_seconds: 'double precision',
  duration_method: 'text',
  audio_bytes: 'bigint',
  language: 'text',
  input_characters: 'integer',
  output_audio_seconds: 'double precision',
  cost_nano_usd: 'bigint',
  cost_estimated: 'boolean',
  usage_source: 'text',
  usage: 'jsonb',
  input_tokens: 'bigint',
  output_tokens: 'bigint',
  latency_ms: 'integer',
  provider_latency_ms: 'integer',
  overhead_ms: 'integer',
  upload_ms: 'integer',
  probe_ms: 'integer',
  first_byte_ms: 'integer',
  retries: 'integer',
  fallbacks: 'integer',
  rescued: 'boolean',
  translated: 'boolean',
  attempts: 'jsonb',
  plan: 'jsonb',
  cost_steps: 'jsonb',
  measured_cost_nano_usd: 'bigint',
  warnings: 'text[]',
  metadata: 'jsonb',
  end_user: 'text',
  tags: 'text[]',
  trace_id: 'text',
  cache: 'text',
  cached_request_id: 'uuid',
  client_ip: 'text',
  user_agent: 'text',
} as const;

/** What is kept of the words, in a table of its own. */
export const transcriptColumns = {
  transcript: 'text',
  question: 'text',
  segments: 'jsonb',
  search_config: 'text',
} as const;

/** A log as PostgreSQL and JSON can keep it, by columns; amounts are decimal text. */
export type LedgerRecord = Readonly<Record<keyof typeof logColumns | keyof typeof transcriptColumns, Json>>;

/**
 * Makes a log storable whatever it holds, so that no row is lost for its content, and with it what it cost: clients and
 * providers can send NUL and halves of surrogate pairs, which PostgreSQL refuses in text and in JSON, and numbers of any
 * size. Text loses the NULs and gets U+FFFD for the halves; a number that is too large becomes the largest that fits, and
 * one that is none becomes null, or 0 where there must be one.
 */
export function toRecord(entry: LogEntry): LedgerRecord {
  const tokens = entry.usage?.type === 'tokens' ? entry.usage : undefined;
  const transcript = textOrNull(entry.transcript);
  return {
    id: entry.id,
    created_at: entry.createdAt.toISOString(),
    key_id: entry.keyId,
    key_name: text(entry.keyName),
    team_id: entry.teamId,
    team_name: textOrNull(entry.teamName),
    task: text(entry.task),
    model: textOrNull(entry.model),
    model_known: entry.modelKnown,
    provider: textOrNull(entry.provider),
    deployment_id: textOrNull(entry.deploymentId),
    upstream_model: textOrNull(entry.upstreamModel),
    upstream_request_id: textOrNull(entry.upstreamRequestId),
    response_format: textOrNull(entry.responseFormat),
    stream: entry.stream,
    status: text(entry.status),
    http_status: integer(entry.httpStatus),
    error_code: textOrNull(entry.errorCode),
    error_message: textOrNull(entry.errorMessage),
    audio_seconds: double(entry.audioSeconds),
    duration_method: textOrNull(entry.durationMethod),
    audio_bytes: count(entry.audioBytes),
    language: textOrNull(entry.language),
    input_characters: integerOrNull(entry.inputCharacters),
    output_audio_seconds: double(entry.outputAudioSeconds),
    cost_nano_usd: amount(entry.costNanoUsd),
    cost_estimated: entry.costEstimated,
    usage_source: textOrNull(entry.usageSource),
    usage: json(entry.usage),
    input_tokens: count(tokens?.input_tokens ?? null),
    output_tokens: count(tokens?.output_tokens ?? null),
    latency_ms: integer(entry.latencyMs),
    provider_latency_ms: integerOrNull(entry.providerLatencyMs),
    overhead_ms: integerOrNull(entry.overheadMs),
    upload_ms: integerOrNull(entry.uploadMs),
    probe_ms: integerOrNull(entry.probeMs),
    first_byte_ms: integerOrNull(entry.firstByteMs),
    retries: integer(entry.retries),
    fallbacks: integer(entry.fallbacks),
    rescued: entry.rescued,
    translated: entry.translated,
    attempts: json(entry.attempts),
    plan: json(entry.plan),
    cost_steps: json(entry.costSteps),
    measured_cost_nano_usd: amount(entry.measuredCostNanoUsd),
    warnings: entry.warnings.map(text),
    metadata: json(entry.metadata),
    end_user: textOrNull(entry.endUser),
    tags: entry.tags.map(text),
    trace_id: textOrNull(entry.traceId),
    cache: textOrNull(entry.cache),
    cached_request_id: entry.cachedRequestId,
    client_ip: textOrNull(entry.clientIp),
    user_agent: textOrNull(entry.userAgent),
    transcript,
    question: textOrNull(entry.question),
    segments: transcript === null ? null : keptSegments(transcript, entry.segments?.map(storable) ?? null),
    search_config: searchConfigOf(entry.language),
  };
}

/** A log as it is written. */
export interface EncodedLog {
  readonly id: string;
  /** Its {@link LedgerRecord} as JSON, on one line. */
  readonly json: string;
}

/** The log as it is written. */
export function encodeLog(entry: LogEntry): EncodedLog {
  return { id: entry.id, json: JSON.stringify(toRecord(entry)) };
}

function storable({ text: said, startSeconds, endSeconds, speaker }: SpokenSegment): SpokenSegment {
  return { text: text(said), startSeconds, endSeconds, ...(speaker !== undefined && { speaker: text(speaker) }) };
}

function text(value: string): string {
  return value.replaceAll('\0', '').toWellFormed();
}

function textOrNull(value: string | null): string | null {
  return value === null ? null : text(value);
}

function double(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? Math.min(Math.max(value, -MAX_DOUBLE), MAX_DOUBLE) : null;
}

function integer(value: number): number {
  return Number.isNaN(value) ? 0 : Math.trunc(Math.min(Math.max(value, -MAX_INTEGER), MAX_INTEGER));
}

function integerOrNull(value: number | null): number | null {
  return value === null ? null : integer(value);
}

function count(value: number | null): number | null {
  if (value === null || Number.isNaN(value)) return null;
  return Math.trunc(Math.min(Math.max(value, 0), Number.MAX_SAFE_INTEGER));
}

function amount(value: NanoUsd | null): string | null {
  if (value === null || value < 0n) return null;
  return String(value > MAX_NANO_USD ? MAX_NANO_USD : value);
}

function json(value: unknown): Json {
  switch (typeof value) {
    case 'string':
      return text(value);
    case 'number':
      return double(value);
    case 'boolean':
      return value;
    case 'object':
      if (value === null) return null;
      if (Array.isArray(value)) return value.map(json);
      return Object.fromEntries(
        Object.entries(value).flatMap(([key, it]) => (it === undefined ? [] : [[text(key), json(it)]])),
      );
    default:
      return null;
  }
}
