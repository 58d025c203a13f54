import { z } from 'zod';

/**
 * What becomes of a key that LiteLLM knows: it does the same here, it does something else, or it does nothing and a
 * warning says so.
 */
export type SettingStatus = 'supported' | 'different' | 'unsupported';

/** What is known of a key that the gateway reads. */
export interface ReadSetting {
  readonly status: 'supported' | 'different';
  /** One sentence: what it does, or what is different. */
  readonly note: string;
  /** It holds settings of its own, with a table of their own. */
  readonly nested?: true;
}

/** The notes of every schema made with `supported` or `different`. */
const notes = z.registry<ReadSetting>();

/** A key that does what it does in LiteLLM. */
export function supported<Schema extends z.ZodType>(schema: Schema, note: string): z.ZodOptional<Schema> {
  return noted(schema, { status: 'supported', note });
}

/** A part of the file whose keys have a table of their own. */
export function nested(note: string): z.ZodOptional<z.ZodUnknown> {
  return noted(z.unknown(), { status: 'supported', note, nested: true });
}

/** A key that is read, and does something else than in LiteLLM. */
export function different<Schema extends z.ZodType>(schema: Schema, note: string): z.ZodOptional<Schema> {
  return noted(schema, { status: 'different', note });
}

function noted<Schema extends z.ZodType>(schema: Schema, note: ReadSetting): z.ZodOptional<Schema> {
  const optional = schema.optional();
  notes.add(optional, note);
  return optional;
}

/** Keys that have no effect, for one reason: what to do instead, or why there is nothing to do. */
export function unsupported(reason: string, ...names: readonly string[]): readonly (readonly [string, string])[] {
  return names.map((name) => [name, reason]);
}

/** Every key that LiteLLM knows in one place of the file. */
export interface SettingTable<Shape extends z.core.$ZodLooseShape = z.core.$ZodLooseShape> {
  /** Such as `router_settings`; the heading in the documentation. */
  readonly place: string;
  readonly schema: z.ZodObject<Shape>;
  /** The reason by name. */
  readonly unsupported: ReadonlyMap<string, string>;
}

export function settingTable<Shape extends z.core.$ZodLooseShape>(
  place: string,
  shape: Shape,
  ...ignored: readonly (readonly (readonly [string, string])[])[]
): SettingTable<Shape> {
  return { place, schema: z.object(shape), unsupported: new Map(ignored.flat()) };
}

/** The names that the gateway reads and those that it only knows. */
export function knownNames(table: SettingTable): readonly string[] {
  return [...Object.keys(table.schema.shape), ...table.unsupported.keys()];
}

/** @throws Error for a key that was declared without a note */
export function noteOf(table: SettingTable, name: string): ReadSetting {
  const schema = table.schema.shape[name];
  const note = schema instanceof z.ZodType ? notes.get(schema) : undefined;
  if (!note) throw new Error(`${table.place}.${name} has no note`);
  return note;
}
