import { badRequest } from '../domain/errors.js';
import type { Json, RequestMetadata } from '../domain/request-metadata.js';

/** Of all values together, as they are sent, in bytes of UTF-8. */
const MAX_BYTES = 16 * 1024;
/** Of all maps together, at every depth; and as many tags. */
const MAX_KEYS = 64;
const MAX_DEPTH = 8;

/** LiteLLM's fields that are notes for the ledger. Whatever else it calls `litellm_...` is a note of its clients, too. */
const NAMES = new Set(['metadata', 'litellm_metadata', 'user', 'tags']);

/** Whether a form field is the client's own note: `metadata`, also as `metadata[key]`, `litellm_metadata`, `user`, `tags`. */
export function isMetadataField(name: string): boolean {
  const base = name.replace(/\[.*$/s, '');
  return NAMES.has(base) || base.startsWith('litellm_');
}

/**
 * The client's own notes in one map: what is in `metadata` and `litellm_metadata`, and beside it `user` and `tags`. Both
 * are JSON, bracketed keys as OpenAI's clients send a nested object, or else plain text, which is kept under the field's name.
 * @returns undefined when there are none
 * @throws GatewayError 400 naming the field that makes them too many or too large
 */
export function readRequestMetadata(fields: ReadonlyMap<string, readonly string[]>): RequestMetadata | undefined {
  const notes = new Map<string, Json>();
  const room = { bytes: MAX_BYTES, keys: MAX_KEYS };
  const tags: string[] = [];
  for (const [name, values] of fields) {
    if (!isMetadataField(name)) continue;
    const [base = '', ...path] = name.split('[').map((part) => part.replace(/\]$/, ''));
    const told = values.filter((value) => value !== '');
    room.bytes -= told.reduce((sum, value) => sum + Buffer.byteLength(value), Buffer.byteLength(name));
    if (room.bytes < 0) throw tooMuch(base, `may have at most ${MAX_BYTES} bytes, with all of its kind together`);
    if (told.length === 0) continue;
    if (base === 'tags') {
      tags.push(...tagsIn(told));
    } else {
      const value = checked(nested(path, valueOf(told)), base, room);
      for (const [key, note] of entriesOf(base, value)) notes.set(key, merged(notes.get(key), note));
    }
  }
  if (tags.length > MAX_KEYS) throw tooMuch('tags', `may have at most ${MAX_KEYS} entries`);
  if (tags.length > 0) {
    const others = notes.get('tags') ?? [];
    notes.set('tags', [...new Set<Json>([...(Array.isArray(others) ? others : [others]), ...tags])]);
  }
  return notes.size === 0 ? undefined : Object.fromEntries(notes);
}

function valueOf(values: readonly string[]): unknown {
  const [only = '', ...others] = values;
  if (others.length > 0) return values;
  if (!/^\s*[[{]/.test(only)) return only === 'null' ? null : only;
  try {
    return JSON.parse(only);
  } catch {
    return only;
  }
}

/** A list in JSON, a repeated field, or names separated by commas. */
function tagsIn(values: readonly string[]): readonly string[] {
  return values
    .flatMap((value) => {
      const read = valueOf([value]);
      return Array.isArray(read) ? read.map(String) : value.split(',');
    })
    .map((tag) => tag.trim())
    .filter(Boolean);
}

/** `metadata[a][b]` holds what `{"a": {"b": ...}}` would. */
function nested(path: readonly string[], value: unknown): unknown {
  return path.reduceRight((inner: unknown, key) => Object.fromEntries([[key, inner]]), value);
}

/** The entries of an object; anything else is one, under the field's own name. */
function entriesOf(name: string, value: Json): readonly (readonly [string, Json])[] {
  if (value === null) return [];
  return isMap(value) && name.endsWith('metadata') ? Object.entries(value) : [[name, value]];
}

function merged(before: Json | undefined, note: Json): Json {
  return before !== undefined && isMap(before) && isMap(note) ? { ...before, ...note } : note;
}

function isMap(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value, whose keys are counted. @throws GatewayError 400 naming the field when it has too many or is too deep */
function checked(value: unknown, field: string, room: { keys: number }, depth = 0): Json {
  if (depth > MAX_DEPTH) throw tooMuch(field, `may be at most ${MAX_DEPTH} levels deep`);
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value !== 'object' || value === null) return null;
  if (Array.isArray(value)) return value.map((item) => checked(item, field, room, depth + 1));
  const entries = Object.entries(value);
  room.keys -= entries.length;
  if (room.keys < 0) throw tooMuch(field, `may have at most ${MAX_KEYS} keys, with all of its kind together`);
  return Object.fromEntries(entries.map(([key, inner]) => [key, checked(inner, field, room, depth + 1)]));
}

function tooMuch(param: string, rule: string) {
  return badRequest(`Invalid '${param}': it ${rule}`, param, 'invalid_value');
}
