import type { Request } from 'express';
import { z } from 'zod';
import { GatewayError } from '../domain/errors.js';
import type { Json, RequestMetadata } from '../domain/request-metadata.js';
import { unstorableFault } from '../domain/storable-text.js';
import { traceIdOf } from '../domain/trace-parent.js';
import { type FormFields, invalid, parseJson } from './form-values.js';
import { readRequestMetadata } from './request-metadata.js';

/** What a caller says of its request for its owner to find it by. It is kept in the log, and no provider sees it. */
export interface CallerFacts {
  /** Whom the request is made for. */
  readonly endUser: string | null;
  readonly tags: readonly string[];
  /** The trace that the request is part of. */
  readonly traceId: string | null;
  readonly metadata: RequestMetadata | null;
}

/** The headers of ours that say it, for every task and by every door. */
export const factHeaders = {
  user: 'x-auricle-user',
  tags: 'x-auricle-tags',
  metadata: 'x-auricle-metadata',
  traceId: 'x-auricle-trace-id',
} as const;

/** Of a user and of a trace id, in characters. What others say of them is cut there. */
export const MAX_NAME_LENGTH = 256;
/** Of one tag, in characters. */
export const MAX_TAG_LENGTH = 128;
/** Tags, and entries of the metadata, of one request. */
export const MAX_ENTRIES = 64;
/** As OpenAI's metadata: https://platform.openai.com/docs/api-reference/chat/create#chat-create-metadata */
export const MAX_METADATA_KEY_LENGTH = 64;
export const MAX_METADATA_VALUE_LENGTH = 512;

const METADATA_RULE =
  `must be a JSON object of at most ${MAX_ENTRIES} texts, each of at most ${MAX_METADATA_VALUE_LENGTH} characters ` +
  `under a name of at most ${MAX_METADATA_KEY_LENGTH}`;
const TAGS_RULE =
  `must be tags with commas between them, or a JSON array of texts: at most ${MAX_ENTRIES}, ` +
  `each of at most ${MAX_TAG_LENGTH} characters`;

const storable = z.string().refine((text) => unstorableFault(text) === undefined);
const metadataSchema = z
  .record(storable.min(1).max(MAX_METADATA_KEY_LENGTH), storable.max(MAX_METADATA_VALUE_LENGTH))
  .refine((entries) => Object.keys(entries).length <= MAX_ENTRIES);
const tagsSchema = z.array(storable.max(MAX_TAG_LENGTH)).max(MAX_ENTRIES);

/** What is told of them, whether it has come with the headers or with the body. */
interface Told extends CallerFacts {
  /** Why the first of what cannot be understood is refused; the others are told all the same. */
  readonly fault?: GatewayError;
}

/**
 * Tells the log what the caller says of its request.
 * @param fields of the body, with what doors make of headers; absent while the body has not been read
 * @throws GatewayError 400 that names the header or field; the log has what else there is
 */
export function noteCallerFacts(
  log: { noted(facts: CallerFacts): void },
  http: Pick<Request, 'headers' | 'entrance'>,
  fields: FormFields['fields'] = new Map(http.entrance?.fields.map(([name, value]) => [name, [value]])),
): void {
  const { fault, ...facts } = readCallerFacts(http.headers, fields);
  log.noted(facts);
  if (fault) throw fault;
}

/**
 * Reads what the caller says of its request. Where several say the same, our headers come first, then the body, then what
 * other gateways' clients say elsewhere; tags and metadata are put together.
 */
function readCallerFacts(headers: Request['headers'], fields: FormFields['fields']): Told {
  let fault: GatewayError | undefined;
  /** What can be read; undefined where nothing is sent, or nothing that can be understood. */
  const understood = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      fault ??= error;
      return undefined;
    }
  };
  const text = (name: keyof typeof factHeaders) => headerText(headers[factHeaders[name]]);
  const notes = understood(() => readRequestMetadata(fields));
  const ownTags = understood(() => readTags(text('tags')));
  const ownMetadata = understood(() => readMetadata(text('metadata')));
  const user = understood(() => readName(factHeaders.user, text('user')));
  const traceId = understood(() => readName(factHeaders.traceId, text('traceId')));
  const metadata = { ...notes, ...ownMetadata };
  return {
    // In the order of LiteLLM's proxy (https://docs.litellm.ai/docs/proxy/customers); `_user` is Portkey's.
    endUser:
      user ??
      firstName([fields.get('user')?.[0], notes?.['user'], notes?.['_user'], notes?.['user_id']]) ??
      firstName(fields.get('safety_identifier') ?? []),
    tags: [...new Set([...(ownTags ?? []), ...tagsIn(notes?.['tags'])])].slice(0, MAX_ENTRIES),
    traceId:
      traceId ??
      firstName([notes?.['trace_id'], notes?.['litellm_trace_id'], traceIdOf(String(headers['traceparent'] ?? ''))]),
    metadata: Object.keys(metadata).length > 0 ? metadata : null,
    fault,
  };
}

/** Node takes every byte of a header for a character; clients that write more than ASCII write UTF-8. */
function headerText(value: string | string[] | undefined): string | undefined {
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const bytes = Buffer.from(value, 'latin1');
  const decoded = bytes.toString('utf8');
  return decoded.includes('\ufffd') ? value : decoded;
}

function readTags(header: string | undefined): readonly string[] {
  if (header === undefined) return [];
  const tags = tagsSchema.safeParse(header.trimStart().startsWith('[') ? parseJson(header) : header.split(','));
  if (!tags.success) throw invalid(factHeaders.tags, TAGS_RULE);
  return tags.data.map((tag) => tag.trim()).filter(Boolean);
}

function readMetadata(header: string | undefined): RequestMetadata {
  if (header === undefined) return {};
  const metadata = metadataSchema.safeParse(parseJson(header));
  if (!metadata.success) throw invalid(factHeaders.metadata, METADATA_RULE);
  return metadata.data;
}

function readName(header: string, text: string | undefined): string | undefined {
  if (text !== undefined && text.length > MAX_NAME_LENGTH) {
    throw invalid(header, `may have at most ${MAX_NAME_LENGTH} characters`);
  }
  return text?.trim();
}

/** The first that is a name; one that is too long is cut. */
function firstName(told: readonly (Json | undefined)[]): string | null {
  for (const value of told) {
    if (typeof value !== 'string' && typeof value !== 'number') continue;
    const name = String(value).trim();
    if (name !== '') return name.slice(0, MAX_NAME_LENGTH);
  }
  return null;
}

/** What a client's notes have under `tags`; what is too long is cut. */
function tagsIn(noted: Json | undefined): readonly string[] {
  const all: readonly Json[] = Array.isArray(noted) ? noted : [noted ?? null];
  return all.flatMap((tag) => (typeof tag === 'string' && tag !== '' ? [tag.slice(0, MAX_TAG_LENGTH)] : []));
}
