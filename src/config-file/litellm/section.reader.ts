import type { z } from 'zod';
import type { ProviderRegistry } from '../../providers/provider-registry.js';
import type { Location, Problems } from '../config-file.error.js';
import { didYouMean } from './closest-name.js';
import {
  describeKind,
  extendPath,
  followPath,
  isBroken,
  isNothing,
  type LocatedEntry,
  type LocatedMap,
  type LocatedTree,
  plainValue,
} from '../yaml/located-tree.js';
import { knownNames, factsOf, type KeyTable } from './key-table.js';
import { MUST_BE_TEXT } from './values.schema.js';
import type { FileVariables } from '../yaml/variables.resolver.js';

/** What every reader of a part of the file needs. */
export interface ReadingContext {
  readonly variables: FileVariables;
  readonly problems: Problems;
  readonly providers: ProviderRegistry;
}

/** Takes a key that the table does not know; absent = it is an error. */
export type UnknownKey = (name: string, entry: LocatedEntry) => void;

/**
 * Checks a map against the table of its keys: warns of those without effect, reports unknown ones and wrong types, and
 * looks up the variables in those that are read. What has a table of its own is left to that.
 * @returns the settings that are right
 */
export function readSection<Shape extends z.core.$ZodLooseShape>(
  map: LocatedMap,
  table: KeyTable<Shape>,
  { variables, problems }: ReadingContext,
  onUnknown?: UnknownKey,
): z.output<z.ZodObject<Shape>> {
  const read = new Map<string, LocatedEntry>();
  for (const [name, entry] of map.entries) {
    const explanation = table.unsupported.get(name);
    if (Object.hasOwn(table.schema.shape, name)) {
      if (!isNothing(entry.value) && !factsOf(table, name).nested)
        read.set(name, { keyAt: entry.keyAt, value: variables.resolve(entry.value) });
    } else if (explanation !== undefined) {
      problems.warn(entry.keyAt, `has no effect here. ${explanation}`);
    } else if (onUnknown) {
      onUnknown(name, entry);
    } else {
      reportUnknownKey(name, entry, map.at.path, table, problems);
    }
  }
  const section: LocatedMap = { ...map, entries: read };
  const parsed = table.schema.safeParse(plainValue(section));
  if (parsed.success) return parsed.data;
  const right = new Map(read);
  for (const issue of parsed.error.issues) {
    reportIssue(issue, section, table, problems);
    right.delete(String(issue.path[0]));
  }
  return table.schema.parse(plainValue({ ...section, entries: right }));
}

/** An error that names the known key that was probably meant. */
export function reportUnknownKey(
  name: string,
  { keyAt }: LocatedEntry,
  parentPath: string,
  table: KeyTable,
  problems: Problems,
): void {
  // A forgotten colon or quote makes a key of a secret; settings have no digits in their names.
  const at = /^[A-Za-z_-]{1,64}$/.test(name) ? keyAt : { ...keyAt, path: extendPath(parentPath, ' ') };
  problems.error(at, `is not a setting that LiteLLM or Auricle knows${didYouMean(name, knownNames(table))}`);
}

/** Whether anything stands there, right or wrong. */
export function isWritten(map: LocatedMap, name: string): boolean {
  const value = map.entries.get(name)?.value;
  return value !== undefined && !isNothing(value);
}

/** Something required that is not there. */
export function reportMissing(map: LocatedMap, name: string, problems: Problems, hint = ''): void {
  problems.error({ ...map.at, path: extendPath(map.at.path, name) }, `is missing${hint}`);
}

function reportIssue(issue: z.core.$ZodIssue, section: LocatedMap, table: KeyTable, problems: Problems): void {
  const { tree, missing } = followPath(section, issue.path);
  if (isBroken(tree)) return;
  const [name] = missing;
  if (name !== undefined) {
    problems.error(insideOf(tree.at, name), 'is missing');
  } else if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    const keyAt = tree.kind === 'map' ? tree.entries.get(key)?.keyAt : undefined;
    problems.error({ ...(keyAt ?? tree.at), path: tree.at.path }, 'has a key that is not known here');
  } else {
    problems.error(
      tree.at,
      `${becoming(table, String(issue.path[0]))}${issue.message}${insteadOf(tree, issue)}${quotes(tree, issue)}`,
    );
  }
}

/** A rule speaks of our setting, which may count in another unit than the key that becomes it. */
function becoming(table: KeyTable, key: string): string {
  const setting = factsOf(table, key).setting?.split('.').at(-1);
  return setting === undefined || setting === key ? '' : `becomes ${setting}, which `;
}

function quotes(tree: LocatedTree, { message }: z.core.$ZodIssue): string {
  const isMistaken = tree.kind === 'scalar' && (typeof tree.value === 'number' || typeof tree.value === 'boolean');
  return isMistaken && message === MUST_BE_TEXT ? '; put it in quotes' : '';
}

/** What was found, where it is of the wrong type: a rule about the value itself does not repeat it. */
function insteadOf(tree: LocatedTree, { code }: z.core.$ZodIssue): string {
  if (code !== 'invalid_type' && code !== 'invalid_union') return '';
  // YAML writes infinity and "not a number" as numbers, which zod does not take for any.
  const isNoNumber = tree.kind === 'scalar' && typeof tree.value === 'number' && !Number.isFinite(tree.value);
  return `, not ${isNoNumber ? 'infinity or NaN' : describeKind(tree)}`;
}

function insideOf(at: Location, name: PropertyKey): Location {
  return { ...at, path: extendPath(at.path, name) };
}
