import type { z } from 'zod';
import type { ProviderRegistry } from '../../providers/provider-registry.js';
import type { Location, ProblemKind, Problems } from '../config-file.error.js';
import { closestName } from './closest-name.js';
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
  /** What becomes of a vital value that is wrong; and within a deployment, of any whose variable is not set. */
  readonly gravest: Extract<ProblemKind, 'unusable' | 'switched_off'>;
}

/** Takes a key that the table does not know; absent = it is ignored with a warning. */
export type UnknownKey = (name: string, entry: LocatedEntry) => void;

/**
 * Checks a map against the table of its keys: tells of those without effect, of unknown ones and of wrong values, and looks
 * up the variables in those that are read. What has a table of its own is left to that.
 * @returns the settings that are right
 */
export function readSection<Shape extends z.core.$ZodLooseShape>(
  map: LocatedMap,
  table: KeyTable<Shape>,
  context: ReadingContext,
  onUnknown?: UnknownKey,
): z.output<z.ZodObject<Shape>> {
  const { variables, problems } = context;
  const read = new Map<string, LocatedEntry>();
  for (const [name, entry] of map.entries) {
    const explanation = table.unsupported.get(name);
    if (Object.hasOwn(table.schema.shape, name)) {
      if (isNothing(entry.value) || factsOf(table, name).nested) continue;
      const kind = context.gravest === 'switched_off' ? context.gravest : kindAt(table, name, context);
      const value = variables.resolve(entry.value, (at, message) => problems.add(kind, at, message));
      if (!isBroken(value)) read.set(name, { keyAt: entry.keyAt, value });
    } else if (explanation !== undefined) {
      problems.add('no_effect', entry.keyAt, `has no effect here. ${explanation}`);
    } else if (onUnknown) {
      onUnknown(name, entry);
    } else {
      reportUnknownKey(name, entry, map.at.path, table, context);
    }
  }
  const section: LocatedMap = { ...map, entries: read };
  const parsed = table.schema.safeParse(plainValue(section));
  if (parsed.success) return parsed.data;
  const right = new Map(read);
  for (const issue of parsed.error.issues) {
    reportIssue(issue, section, table, context);
    right.delete(String(issue.path[0]));
  }
  return table.schema.parse(plainValue({ ...section, entries: right }));
}

/** A wrong value of a key is ignored, unless it would not be safe to go on without it. */
function kindAt(table: KeyTable, name: string, { gravest }: Pick<ReadingContext, 'gravest'>): ProblemKind {
  return factsOf(table, name).vital ? gravest : 'ignored';
}

/**
 * A key that nobody knows, with the one that was probably meant. It is ignored, as LiteLLM does; but where that one protects
 * the whole gateway, the gateway does not start without it.
 */
export function reportUnknownKey(
  name: string,
  { keyAt }: LocatedEntry,
  parentPath: string,
  table: KeyTable,
  { problems, gravest }: Pick<ReadingContext, 'problems' | 'gravest'>,
): void {
  const meant = closestName(name, knownNames(table));
  const isVital = gravest === 'unusable' && meant !== undefined && isVitalKey(table, meant);
  // A forgotten colon or quote makes a key of a secret; settings have no digits in their names.
  const at = /^[A-Za-z_-]{1,64}$/.test(name) ? keyAt : { ...keyAt, path: extendPath(parentPath, ' ') };
  const suggestion = meant === undefined ? '' : `; did you mean ${meant}?`;
  problems.add(isVital ? gravest : 'ignored', at, `is not a setting that LiteLLM or Auricle knows${suggestion}`);
}

function isVitalKey(table: KeyTable, name: string): boolean {
  return Object.hasOwn(table.schema.shape, name) && factsOf(table, name).vital === true;
}

/** Whether anything stands there, right or wrong. */
export function isWritten(map: LocatedMap, name: string): boolean {
  const value = map.entries.get(name)?.value;
  return value !== undefined && !isNothing(value);
}

/** The place of something that is not there. */
export function placeOf(map: LocatedMap, name: string): Location {
  return { ...map.at, path: extendPath(map.at.path, name) };
}

function reportIssue(issue: z.core.$ZodIssue, section: LocatedMap, table: KeyTable, context: ReadingContext): void {
  const key = String(issue.path[0]);
  const report = (at: Location, message: string) => context.problems.add(kindAt(table, key, context), at, message);
  const { tree, missing } = followPath(section, issue.path);
  const [name] = missing;
  if (name !== undefined) {
    report(insideOf(tree.at, name), 'is missing');
  } else if (issue.code === 'unrecognized_keys') {
    const [unknown = ''] = issue.keys;
    const keyAt = tree.kind === 'map' ? tree.entries.get(unknown)?.keyAt : undefined;
    report({ ...(keyAt ?? tree.at), path: tree.at.path }, 'has a key that is not known here');
  } else {
    report(tree.at, `${becoming(table, key)}${issue.message}${insteadOf(tree, issue)}${quotes(tree, issue)}`);
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
