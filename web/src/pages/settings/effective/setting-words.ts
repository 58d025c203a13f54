import type { Schemas } from '../../../api/client';

/** A setting as the API shows it. */
export type Setting = Schemas['EffectiveSetting'];

type Origin = Setting['origin'];

/** A value as its variable would have it; undefined = there is none. */
export function valueText(value: Setting['value']): string | undefined {
  if (value === null) return undefined;
  if (Array.isArray(value)) return value.length > 0 ? value.join(', ') : undefined;
  if (typeof value !== 'object') return String(value);
  return Object.entries(value)
    .map(([name, one]) => `${name}=${one}`)
    .join(', ');
}

/** Whether a setting is not as it is by default: somebody says it, or another setting has raised it. */
export function isChanged({ origin, value, default: fallback }: Setting): boolean {
  return origin.source !== 'default' || valueText(value) !== valueText(fallback);
}

/** Where exactly a setting is said: `config.yaml:12`, with the whole path beside it where that is longer. */
export function placeOf(origin: Origin): { text: string; whole: string } | undefined {
  if (origin.source !== 'file') return undefined;
  const name = origin.file.split(/[/\\]/).at(-1);
  return { text: `${name}:${origin.line}`, whole: `${origin.file}:${origin.line}` };
}

/** Whether a setting is meant by what somebody types: every word is in its name, its section, its value or its description. */
export function isMeant(setting: Setting, section: string, asked: string): boolean {
  const { name, variable, description, value, origin } = setting;
  const key = origin.source === 'file' ? origin.key : '';
  const told = [name, variable, section, description, valueText(value) ?? '', key].join('\n').toLowerCase();
  return asked
    .toLowerCase()
    .split(/\s+/)
    .every((word) => told.includes(word));
}

/** A text with code between backticks, in parts: every other one is code. */
export function codeParts(text: string): readonly { readonly text: string; readonly isCode: boolean }[] {
  return text
    .split('`')
    .map((part, index) => ({ text: part, isCode: index % 2 === 1 }))
    .filter((part) => part.text !== '');
}
