import type { z } from 'zod';
import { rejected } from './option-fields.js';

/**
 * The client's options of a speech request, as a provider's schema reads them.
 * @throws ProviderError `request_rejected` naming the field, when a value is not what the schema says or it has no such field
 */
export function readSpeechOptions<Schema extends z.ZodObject>(
  schema: Schema,
  options: ReadonlyMap<string, unknown>,
): z.output<Schema> {
  const parsed = schema.safeParse(Object.fromEntries(options));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue?.code === 'unrecognized_keys') {
    const [name = ''] = issue.keys;
    throw rejected(name, `the provider does not know the field '${name}'`);
  }
  const path = issue?.path.map(String).join('.') ?? '';
  throw rejected(path, `the field '${path}' is not what the provider takes: ${issue?.message ?? 'invalid'}`);
}
