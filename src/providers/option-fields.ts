import { ProviderError } from '../domain/errors.js';

/** How one of a provider's own fields is read from a client's form. */
export interface OptionRule {
  /** The end of the sentence "the field must be ...". */
  readonly mustBe: string;
  /** The values in the provider's spelling, `undefined` when they are not what they must be. */
  read(values: readonly string[]): readonly string[] | undefined;
}

/** `true` or `false`, in whatever case a language writes its booleans. */
export const flag: OptionRule = single('true or false', (value) => {
  const lower = value.toLowerCase();
  return lower === 'true' || lower === 'false' ? lower : undefined;
});

/** Any text. */
export const text: OptionRule = single('one text that is not empty', (value) => (value === '' ? undefined : value));

/** Any number of texts, in the order sent. */
export const texts: OptionRule = {
  mustBe: 'texts that are not empty',
  read: (values) => (values.includes('') ? undefined : values),
};

/** One of a closed set of words. */
export function oneOf(...words: readonly string[]): OptionRule {
  return single(`one of ${words.join(', ')}`, (value) => (words.includes(value) ? value : undefined));
}

/** A number between two bounds, which belong to the range. */
export function numberBetween(lowest: number, highest: number): OptionRule {
  return single(`a number between ${lowest} and ${highest}`, (value) => decimal(value, lowest, highest));
}

/** A whole number between two bounds, which belong to the range. */
export function integerBetween(lowest: number, highest: number): OptionRule {
  return single(`a whole number between ${lowest} and ${highest}`, (value) =>
    Number.isInteger(Number(value)) ? decimal(value, lowest, highest) : undefined,
  );
}

/**
 * The client's options in the provider's spelling.
 * @throws ProviderError `request_rejected` naming the field, when a value is not what the rule says or there is no rule
 */
export function readOptions(
  rules: Readonly<Record<string, OptionRule>>,
  options: ReadonlyMap<string, readonly string[]>,
): Map<string, readonly string[]> {
  const read = new Map<string, readonly string[]>();
  for (const [name, values] of options) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (!rule) throw rejected(name, `the provider does not know the field '${name}'`);
    const accepted = rule.read(values);
    if (!accepted) throw rejected(name, `the field '${name}' must be ${rule.mustBe}`);
    read.set(name, accepted);
  }
  return read;
}

/** A refusal of one field of the client's request, before the provider is asked. */
export function rejected(param: string, message: string): ProviderError {
  return new ProviderError('request_rejected', message, { param });
}

function single(mustBe: string, read: (value: string) => string | undefined): OptionRule {
  return {
    mustBe,
    read: ([first, ...others]) => {
      const value = first === undefined || others.length > 0 ? undefined : read(first.trim());
      return value === undefined ? undefined : [value];
    },
  };
}

/** What is longer is no number that anybody means. */
const MAX_NUMBER_LENGTH = 32;

function decimal(value: string, lowest: number, highest: number): string | undefined {
  if (value.length > MAX_NUMBER_LENGTH) return undefined;
  const number = /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
  return number >= lowest && number <= highest ? String(number) : undefined;
}
