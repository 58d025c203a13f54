import { z } from 'zod';
import { schemaError } from '../errors/schema-error.js';

type JsonObject = Readonly<Record<string, unknown>>;

/** The body of a change to a nested object: every field may be left out, or be null, which removes it. */
export function patchOf(schema: z.ZodObject) {
  const fields = Object.entries(schema.shape).map(([name, field]) => [name, z.nullable(field).optional()] as const);
  return z.strictObject(Object.fromEntries(fields));
}

/** A nested object with a change: what is sent replaces, null removes, the rest stays (RFC 7396). */
export function mergePatch(before: unknown, patch: JsonObject): Record<string, unknown> {
  const merged = new Map(Object.entries(isObject(before) ? before : {}));
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name);
    else merged.set(name, isObject(value) ? mergePatch(merged.get(name), value) : value);
  }
  return Object.fromEntries(merged);
}

/**
 * Checks what has become of a nested object.
 * @param field where it is in the body
 * @throws GatewayError 400 that names the place
 */
export function parseMerged<Schema extends z.ZodType>(
  schema: Schema,
  merged: unknown,
  field: string,
): z.output<Schema> {
  const { data, error } = schema.safeParse(merged);
  if (!error) return data;
  throw schemaError(error.issues.map((issue) => ({ ...issue, path: [field, ...issue.path] })));
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
