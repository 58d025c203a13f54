import type { StandardSchemaV1 } from '@standard-schema/spec';
import { unstorableFault } from '../../domain/storable-text.js';

/** Deeper than any body of the API; what is nested without end would exhaust the stack of whoever walks through it. */
const MAX_DEPTH = 32;

/**
 * The first thing in a request that PostgreSQL would refuse: it stores neither NUL nor half a surrogate pair, in no text, and
 * in no key of an object.
 * @param value parsed JSON, a query or a path parameter
 */
export function findUnstorable(value: unknown, path: readonly PropertyKey[] = []): StandardSchemaV1.Issue | undefined {
  if (typeof value === 'string') return issueOf(unstorableFault(value), path);
  if (typeof value !== 'object' || value === null) return undefined;
  if (path.length >= MAX_DEPTH) return { path, message: `must not be nested more than ${MAX_DEPTH} levels deep` };
  for (const [key, inner] of Object.entries(value)) {
    const fault = unstorableFault(key);
    const found = fault ? { path, message: `has a field whose name ${fault}` } : findUnstorable(inner, [...path, key]);
    if (found) return found;
  }
  return undefined;
}

function issueOf(fault: string | undefined, path: readonly PropertyKey[]): StandardSchemaV1.Issue | undefined {
  return fault === undefined ? undefined : { path, message: fault };
}
