import type { Location, ProblemKind, Problems } from '../config-file.error.js';

/** A YAML value that knows where it is written; aliases and merge keys are already followed. */
export type LocatedTree = LocatedMap | LocatedList | LocatedScalar;

/** A map; no key is in it twice. */
export interface LocatedMap {
  readonly kind: 'map';
  readonly at: Location;
  readonly entries: ReadonlyMap<string, LocatedEntry>;
}

/** A key of a map with its value. */
export interface LocatedEntry {
  /** Where the key is written. */
  readonly keyAt: Location;
  readonly value: LocatedTree;
}

/** A list. */
export interface LocatedList {
  readonly kind: 'list';
  readonly at: Location;
  readonly items: readonly LocatedTree[];
}

/** Text, a number, a switch or nothing. */
export interface LocatedScalar {
  readonly kind: 'scalar';
  readonly at: Location;
  readonly value: string | number | boolean | null;
  /** As it is written, without quotes. */
  readonly source: string;
  /** The value could not be had, which has been reported: say nothing more about it. */
  readonly broken?: true;
}

/**
 * Parsed JSON as a tree, whose places are paths within it. What is null is left out of maps: clients send the keys that they
 * say nothing about.
 * @param file what to call the place where it was written
 */
export function treeOf(value: unknown, file: string, path = ''): LocatedTree {
  const at: Location = { file, line: 1, column: 1, path };
  if (Array.isArray(value)) {
    return { kind: 'list', at, items: value.map((item, index) => treeOf(item, file, extendPath(path, index))) };
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).flatMap(([key, it]): [string, LocatedEntry][] => {
      const inner = extendPath(path, key);
      return it === null ? [] : [[key, { keyAt: { ...at, path: inner }, value: treeOf(it, file, inner) }]];
    });
    return { kind: 'map', at, entries: new Map(entries) };
  }
  const isScalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return { kind: 'scalar', at, value: isScalar ? value : null, source: String(value) };
}

/** The value without its places, for a schema to check. A key such as `__proto__` stays an ordinary key. */
export function plainValue(tree: LocatedTree): unknown {
  if (tree.kind === 'scalar') return tree.value;
  if (tree.kind === 'list') return tree.items.map(plainValue);
  return Object.fromEntries([...tree.entries].map(([key, { value }]) => [key, plainValue(value)]));
}

/** What stands at a path, as deep as it exists, and the steps that do not exist. */
export function followPath(
  tree: LocatedTree,
  path: readonly PropertyKey[],
): { readonly tree: LocatedTree; readonly missing: readonly PropertyKey[] } {
  let current = tree;
  for (const [index, step] of path.entries()) {
    const next = child(current, step);
    if (!next) return { tree: current, missing: path.slice(index) };
    current = next;
  }
  return { tree: current, missing: [] };
}

/** Whether anything in it could not be had. */
export function isBroken(tree: LocatedTree): boolean {
  if (tree.kind === 'scalar') return tree.broken === true;
  if (tree.kind === 'list') return tree.items.some(isBroken);
  return [...tree.entries.values()].some(({ value }) => isBroken(value));
}

/** Nothing is written there: `key:` or `key: null`. */
export function isNothing(tree: LocatedTree): boolean {
  return tree.kind === 'scalar' && tree.value === null && !tree.broken;
}

/** What a value is, in words that give nothing of it away. */
export function describeKind(tree: LocatedTree): string {
  if (tree.kind !== 'scalar') return tree.kind === 'map' ? 'a map' : 'a list';
  if (tree.value === null) return 'nothing';
  if (typeof tree.value === 'string') return tree.value === '' ? 'empty text' : 'text';
  return typeof tree.value === 'number' ? 'a number' : 'true or false';
}

/**
 * The map at this place; `undefined` when nothing is written there, or something else, which is reported.
 * @param otherwise what becomes of something else
 */
export function readMap(
  tree: LocatedTree | undefined,
  problems: Problems,
  otherwise: ProblemKind = 'unusable',
): LocatedMap | undefined {
  if (!tree || isNothing(tree) || (tree.kind === 'scalar' && tree.broken)) return undefined;
  if (tree.kind === 'map') return tree;
  problems.add(otherwise, tree.at, mustBe('a map of settings', tree));
  return undefined;
}

/** Such as `must be a list, not a map`. */
export function mustBe(what: string, tree: LocatedTree): string {
  return `must be ${what}, not ${describeKind(tree)}`;
}

/** The path of something inside: `model_list` + 0 is `model_list[0]`. */
export function extendPath(path: string, step: PropertyKey): string {
  if (typeof step === 'number') return `${path}[${step}]`;
  return path === '' ? shownName(String(step)) : `${path}.${shownName(String(step))}`;
}

/** The key, unless it is no plain name: a forgotten colon makes a key of a secret. */
function shownName(key: string): string {
  return /^[\w.:/@*+-]{1,64}$/.test(key) ? key : '?';
}

function child(tree: LocatedTree, step: PropertyKey): LocatedTree | undefined {
  if (tree.kind === 'list' && typeof step === 'number') return tree.items[step];
  return tree.kind === 'map' ? tree.entries.get(String(step))?.value : undefined;
}
