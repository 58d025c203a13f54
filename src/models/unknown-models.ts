import type { Catalogue } from './catalogue.js';

/** How many names a warning spells out. */
const MAX_NAMED = 10;

/**
 * A warning where a list names models that there are not.
 * @param field where the list is in the body
 */
export function warnOfUnknownModels(catalogue: Catalogue, field: string, names: readonly string[]): string[] {
  const unknown = [...new Set(names)].filter((name) => !catalogue.find(name));
  if (unknown.length === 0) return [];
  const named = unknown.slice(0, MAX_NAMED).map((name) => `'${name}'`);
  const more = unknown.length > MAX_NAMED ? ` and ${unknown.length - MAX_NAMED} more` : '';
  return [`${field} names ${named.join(', ')}${more}, which ${unknown.length === 1 ? 'does' : 'do'} not exist`];
}
