import { z } from 'zod';

/** The models that somebody may use, by name or pattern. */
export const modelListSchema = z.array(z.string().min(1).max(200)).max(1000);

/** Stands for any run of characters, also for none. No public model has it in its name. */
const WILDCARD = '*';

/** The longest name that is held against a pattern. No provider's models have names that come near. */
const MAX_NAME_LENGTH = 1000;

/** Whether an entry of an allow list is a pattern: `whisper-*`, `groq/*`, `*`. Any other is the name of one model. */
export function isPattern(entry: string): boolean {
  return entry.includes(WILDCARD);
}

/** Whether an allow list has the name of a model, or a pattern that it fits; null = all models. */
export function allows(list: readonly string[] | null, name: string): boolean {
  if (list === null) return true;
  const { names, patterns } = sortedOut(list);
  return names.has(name) || patterns.some((pattern) => fits(pattern, name));
}

/** Names are looked up, so that a long list of them costs a request nothing; only patterns are gone through. */
interface SortedOut {
  readonly names: ReadonlySet<string>;
  readonly patterns: readonly string[];
}

const known = new WeakMap<readonly string[], SortedOut>();

function sortedOut(list: readonly string[]): SortedOut {
  const before = known.get(list);
  if (before) return before;
  const now = { names: new Set(list.filter((entry) => !isPattern(entry))), patterns: list.filter(isPattern) };
  known.set(list, now);
  return now;
}

/**
 * Whether an entry of an allow list means a model. What follows a `*` is taken where it is first found, which never has to be
 * taken back: whatever comes later can only begin further on.
 */
export function fits(entry: string, name: string): boolean {
  const star = entry.indexOf(WILDCARD);
  if (star === -1) return entry === name;
  if (!name.startsWith(entry.slice(0, star))) return false;
  const parts = entry.slice(star + 1).split(WILDCARD);
  const last = parts.pop() ?? '';
  const end = name.length - last.length;
  if (end < star || !name.endsWith(last)) return false;
  if (parts.some(Boolean) && name.length > MAX_NAME_LENGTH) return false;
  let at = star;
  for (const part of parts) {
    const found = name.indexOf(part, at);
    if (found === -1 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

/** Whether there may be a model that two entries both mean. */
export function canMeanTheSame(one: string, other: string): boolean {
  if (!isPattern(one)) return fits(other, one);
  if (!isPattern(other)) return fits(one, other);
  // What is between the first and the last `*` of either finds its place somewhere.
  const [before, beforeOther] = [one.slice(0, one.indexOf(WILDCARD)), other.slice(0, other.indexOf(WILDCARD))];
  const [after, afterOther] = [one.slice(one.lastIndexOf(WILDCARD) + 1), other.slice(other.lastIndexOf(WILDCARD) + 1)];
  return (
    (before.startsWith(beforeOther) || beforeOther.startsWith(before)) &&
    (after.endsWith(afterOther) || afterOther.endsWith(after))
  );
}

/**
 * What several allow lists, each of which has to allow, come to.
 * @param existing the names of all models, for what is in none of the lists: `a-*` and `*-z` both allow `a-to-z`
 * @returns names, and patterns all of whose models are allowed; null = all
 */
export function common(lists: readonly (readonly string[])[], existing: readonly string[]): readonly string[] | null {
  const [only, ...others] = lists;
  if (only === undefined) return null;
  if (others.length === 0) return only;
  // An entry takes in all of another when it fits that as it is written, because only a `*` takes a `*`.
  const entries = lists.flat().filter((entry) => lists.every((list) => allows(list, entry)));
  const names = existing.filter((name) => lists.every((list) => allows(list, name)) && !allows(entries, name));
  return [...new Set([...entries, ...names])];
}
