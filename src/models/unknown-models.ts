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
  return [`${field} names ${listed(unknown)}, which ${unknown.length === 1 ? 'does' : 'do'} not exist`];
}

/** Names as a warning spells them out: the first of them, and how many more there are. */
export function listed(names: readonly string[]): string {
  const named = names.slice(0, MAX_NAMED).map((name) => `'${name}'`);
  return named.join(', ') + (names.length > MAX_NAMED ? ` and ${names.length - MAX_NAMED} more` : '');
}
