import { z } from 'zod';
import { unsupportedKeys } from './unsupported-keys.js';

/**
 * What becomes of a key that LiteLLM knows: it does the same here, it does something else, or it does nothing and a
 * warning says so.
 */
export type Support = 'supported' | 'different' | 'unsupported';

/** What is known of a key that is read. */
export interface ReadKey {
  readonly support: 'supported' | 'different';
  /** One sentence: what it does, or what is different. */
  readonly note: string;
  /**
   * Our setting that the value becomes: `max_retries`, or with a dot what lies in a part of a deployment
   * (`routing.order`). Absent: a reader makes something of it.
   */
  readonly setting?: string;
  /** It holds keys of its own, with a table of their own. */
  readonly nested?: true;
}

/** What is known of every schema made with `supported` or `different`. */
const facts = z.registry<ReadKey>();

/**
 * A key that does what it does in LiteLLM.
 * @param setting see {@link ReadKey}
 */
export function supported<Schema extends z.ZodType>(
  schema: Schema,
  note: string,
  setting?: string,
): z.ZodOptional<Schema> {
  return known(schema, { support: 'supported', note, setting });
}

/** A part of the file whose keys have a table of their own. */
export function nested(note: string): z.ZodOptional<z.ZodUnknown> {
  return known(z.unknown(), { support: 'supported', note, nested: true });
}

/**
 * A key that is read, and does something else than in LiteLLM.
 * @param setting see {@link ReadKey}
 */
export function different<Schema extends z.ZodType>(
  schema: Schema,
  note: string,
  setting?: string,
): z.ZodOptional<Schema> {
  return known(schema, { support: 'different', note, setting });
}

function known<Schema extends z.ZodType>(schema: Schema, fact: ReadKey): z.ZodOptional<Schema> {
  const optional = schema.optional();
  facts.add(optional, fact);
  return optional;
}

/** Every key that LiteLLM knows in one place of the file. */
export interface KeyTable<Shape extends z.core.$ZodLooseShape = z.core.$ZodLooseShape> {
  /** Such as `router_settings`; the heading in the documentation. */
  readonly place: string;
  readonly schema: z.ZodObject<Shape>;
  /** The explanation by name. */
  readonly unsupported: ReadonlyMap<string, string>;
}

/** The table of a place: the keys that are read, and from the data those that are not. */
export function keyTable<Shape extends z.core.$ZodLooseShape>(place: string, shape: Shape): KeyTable<Shape> {
  const unsupported = (unsupportedKeys[place] ?? []).flatMap(({ explanation, names }) =>
    names.split(/\s+/).map((name): [string, string] => [name, explanation]),
  );
  return { place, schema: z.object(shape), unsupported: new Map(unsupported) };
}

/** The names that are read and those that are only known. */
export function knownNames(table: KeyTable): readonly string[] {
  return [...Object.keys(table.schema.shape), ...table.unsupported.keys()];
}

/** @throws Error for a key that was declared without a note */
export function factsOf(table: KeyTable, name: string): ReadKey {
  const schema = table.schema.shape[name];
  const fact = schema instanceof z.ZodType ? facts.get(schema) : undefined;
  if (!fact) throw new Error(`${table.place}.${name} has no note`);
  return fact;
}

/** A map with maps in it, one level deep: `{ weight: 1, routing: { order: 2 } }`. */
export type Emitted = Readonly<Record<string, unknown>>;

/** What a section that was read says in our words: every value under the name of its setting. */
export function settingsOf(table: KeyTable, section: Readonly<Record<string, unknown>>): Emitted {
  const emitted: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(section)) {
    const { setting } = factsOf(table, name);
    if (setting === undefined || value === undefined) continue;
    const [part = '', inner] = setting.split('.');
    emitted[part] = inner === undefined ? value : { ...Object(emitted[part]), [inner]: value };
  }
  return emitted;
}
