import { fits, isPattern } from '../domain/model-list.js';
import type { Catalogue } from './catalogue.js';

/** How many names a warning spells out. */
const MAX_NAMED = 10;

/**
 * Warnings where a list names models that there are not, or has patterns that fit none.
 * @param field where the list is in the body
 */
export function warnOfUnknownModels(catalogue: Catalogue, field: string, names: readonly string[]): string[] {
  const entries = [...new Set(names)];
  const models = entries.some(isPattern) ? catalogue.all().map(({ name }) => name) : [];
  const isThere = (entry: string) =>
    isPattern(entry) ? models.some((name) => fits(entry, name)) : catalogue.find(entry) !== undefined;
  const unknown = entries.filter((entry) => !isThere(entry));
  const [gone, idle] = [unknown.filter((name) => !isPattern(name)), unknown.filter(isPattern)];
  return [
    ...(gone.length === 0
      ? []
      : [`${field} names ${listed(gone)}, which ${gone.length === 1 ? 'does' : 'do'} not exist`]),
    ...(idle.length === 0
      ? []
      : [`${field} has ${listed(idle)}, which ${idle.length === 1 ? 'fits' : 'fit'} no model`]),
  ];
}

/** Names as a warning spells them out: the first of them, and how many more there are. */
export function listed(names: readonly string[]): string {
  const named = names.slice(0, MAX_NAMED).map((name) => `'${name}'`);
  return named.join(', ') + (names.length > MAX_NAMED ? ` and ${names.length - MAX_NAMED} more` : '');
}
