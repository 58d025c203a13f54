import { z } from 'zod';
import type { AudioSource } from '../domain/audio-source.js';
import { badRequest, type GatewayError } from '../domain/errors.js';
import { unstorableFault } from '../domain/storable-text.js';
import { MAX_KNOWN_SPEAKERS } from '../domain/transcription.js';

/** A multipart form: every field with all its values in the order sent; `x[]` and `x` are both under `x`. */
export interface FormFields {
  readonly fields: ReadonlyMap<string, readonly string[]>;
  readonly audio?: AudioSource;
}

/** The longest number that is worth reading: what is longer is no number that anybody means. */
const MAX_NUMBER_LENGTH = 32;
/** Names of models, in characters. */
const MAX_NAME_LENGTH = 200;
/** How many entries a list may have. */
const maxEntries = {
  fallbacks: 20,
  include: 10,
  timestamp_granularities: 10,
  keywords: 1000,
  languages: 100,
  known_speaker_names: MAX_KNOWN_SPEAKERS,
  known_speaker_references: MAX_KNOWN_SPEAKERS,
} as const;
/** A field that has several values. */
export type ListField = keyof typeof maxEntries;

const booleans: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
  ['null', false],
]);

/** The one value of a field; empty = not sent. @throws GatewayError 400 when there are several */
export function scalar(fields: FormFields['fields'], name: string): string | undefined {
  const values = fields.get(name) ?? [];
  if (values.length > 1) throw badRequest(`'${name}' was sent ${values.length} times`, name, 'invalid_value');
  return values[0] === '' ? undefined : values[0];
}

/** All values of a field; a single value may be a JSON array of strings. @throws GatewayError 400 when there are too many */
export function list(fields: FormFields['fields'], name: ListField): readonly string[] {
  const values = (fields.get(name) ?? []).filter((value) => value !== '');
  const [only] = values;
  if (values.length !== 1 || !only?.trimStart().startsWith('[')) return capped(name, values);
  const parsed = z.array(z.string()).safeParse(parseJson(only));
  if (!parsed.success) return values;
  const [fault] = parsed.data.flatMap((entry) => unstorableFault(entry) ?? []);
  if (fault) throw invalid(name, fault);
  return capped(name, parsed.data);
}

/** The entries, no more than the field may have. @throws GatewayError 400 when there are more */
export function capped(name: ListField, entries: readonly string[]): readonly string[] {
  if (entries.length > maxEntries[name]) throw invalid(name, `may have at most ${maxEntries[name]} entries`);
  return entries;
}

/** The number that a text is: digits with or without a point and an exponent; else NaN. */
export function numberIn(text: string): number {
  const isNumber = text.length <= MAX_NUMBER_LENGTH && /^(?:\d+(?:\.\d+)?|\.\d+)(?:e-?\d+)?$/i.test(text);
  return isNumber ? Number(text) : Number.NaN;
}

/** A flag in the spellings of clients; not sent = false. @throws GatewayError 400 for any other */
export function parseBoolean(name: string, text: string | undefined): boolean {
  if (text === undefined) return false;
  const value = booleans.get(text.toLowerCase());
  if (value === undefined) throw invalid(name, 'must be true or false');
  return value;
}

/** A name of a model, or none. @throws GatewayError 400 when it is too long */
export function checkName<Name extends string | undefined>(field: string, name: Name): Name {
  if (name !== undefined && name.length > MAX_NAME_LENGTH) {
    throw invalid(field, `is longer than ${MAX_NAME_LENGTH} characters`);
  }
  return name;
}

/** What a JSON text says; undefined where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** 400: what a field has to be, as the end of a sentence. */
export function invalid(param: string, rule: string): GatewayError {
  return badRequest(`Invalid '${param}': it ${rule}`, param, 'invalid_value');
}
