import { entriesOf, numberOf } from '../../../components/forms/texts';
import type { SettingField } from './setting-fields';

/** Settings as they are stored and sent. */
export type Settings = Readonly<Record<string, unknown>>;

/** Settings as the fields of a form have them; the names are those of the API, so that a refusal finds its field. */
export interface SettingValues {
  /** By name; empty = nothing is said. Of choices those that are chosen. */
  settings: Record<string, string | string[]>;
  /** Of lists, by name: empty = nothing is said, `these` = what is entered, anything else a word that stands for a list. */
  instead: Record<string, string>;
}

/** That a list is what is entered. */
export const THESE = 'these';

/** What a form shows of settings. */
export function settingValues(fields: readonly SettingField[], stored: Settings): SettingValues {
  const values: SettingValues = { settings: {}, instead: {} };
  for (const field of fields) {
    const value = Object.hasOwn(stored, field.name) ? stored[field.name] : undefined;
    values.settings[field.name] = shown(field, value);
    if (field.kind === 'choices' || field.kind === 'list') {
      values.instead[field.name] = value === undefined ? '' : typeof value === 'string' ? value : THESE;
    }
  }
  return values;
}

function shown({ kind }: SettingField, value: unknown): string | string[] {
  const list = Array.isArray(value) ? value.map(String) : [];
  if (kind === 'choices') return list;
  if (kind === 'list') return list.join('\n');
  if (value === undefined) return '';
  if (kind === 'json') return JSON.stringify(value, null, 2);
  if (kind === 'map') {
    return Object.entries(Object(value))
      .map(([name, one]) => `${name} = ${String(one)}`)
      .join('\n');
  }
  return String(value);
}

/** What the fields of a form mean; what nothing is said of is not there. */
export function settingsOf(fields: readonly SettingField[], values: SettingValues): Settings {
  const entries = fields.flatMap((field) => {
    const value = meant(field, values);
    return value === undefined ? [] : [[field.name, value] as const];
  });
  return Object.fromEntries(entries);
}

function meant(field: SettingField, { settings, instead }: SettingValues): unknown {
  const entered = settings[field.name] ?? '';
  if (field.kind === 'choices' || field.kind === 'list') {
    const how = instead[field.name] ?? '';
    if (how !== THESE) return how === '' ? undefined : how;
    return typeof entered === 'string' ? entriesOf(entered) : entered;
  }
  const text = String(entered).trim();
  if (text === '') return undefined;
  switch (field.kind) {
    case 'flag':
      return text === 'true';
    case 'number':
      return numberOf(text);
    case 'map':
      return Object.fromEntries(linesOf(text).map((line) => pairOf(line) ?? [line, '']));
    case 'json':
      return JSON.parse(text) as unknown;
    default:
      return text;
  }
}

/** What is wrong with what is entered of a setting, as far as it could not even be sent. */
export function faultOf({ kind }: SettingField, entered: string | string[]): string | undefined {
  const text = String(entered).trim();
  if (kind === 'map' && !linesOf(text).every(pairOf)) return 'Each line is a name, an equals sign and a value.';
  if (kind !== 'json' || text === '') return undefined;
  try {
    JSON.parse(text);
    return undefined;
  } catch {
    return 'This is no JSON.';
  }
}

function linesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function pairOf(line: string): readonly [string, string] | undefined {
  const at = line.indexOf('=');
  return at < 1 ? undefined : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
}

/** The change that makes one object another (RFC 7396): what is gone is null, what stays is not in it. */
export function patchBetween(before: Settings, after: Settings): Record<string, unknown> {
  const removed = Object.keys(before).filter((name) => !Object.hasOwn(after, name));
  const changed = Object.entries(after).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(Object.hasOwn(before, name) ? before[name] : undefined),
  );
  return Object.fromEntries([
    ...removed.map((name) => [name, null] as const),
    ...changed.map(([name, value]) => {
      const was = Object.hasOwn(before, name) ? before[name] : undefined;
      return [name, isObject(value) && isObject(was) ? patchBetween(was, value) : value] as const;
    }),
  ]);
}

function isObject(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
