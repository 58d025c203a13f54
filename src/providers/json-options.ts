import {
  flag,
  integerBetween,
  numberBetween,
  oneOf,
  type OptionRule,
  readOptions,
  text,
  texts,
} from './option-fields.js';

/** One of a provider's own fields that travels in a JSON body: how it is read, and its value there. */
export interface JsonOption {
  readonly rule: OptionRule;
  /** @param values as the rule gave them */
  toJson(values: readonly string[]): unknown;
}

/** `true` or `false`, as a JSON boolean. */
export const jsonFlag: JsonOption = { rule: flag, toJson: ([value]) => value === 'true' };

/** Any number of texts, as a JSON array. */
export const jsonTexts: JsonOption = { rule: texts, toJson: (values) => values };

/** One text, as a JSON string. */
export const jsonText: JsonOption = { rule: text, toJson: ([value]) => value };

/** An object or an array, which a form has as JSON text. */
export const jsonValue: JsonOption = {
  rule: {
    mustBe: 'a JSON object or array',
    read: ([value, ...others]) =>
      value !== undefined && others.length === 0 && isStructure(parsed(value)) ? [value] : undefined,
  },
  toJson: ([value = '']) => parsed(value),
};

/** One of these words, as a JSON string. */
export function jsonOneOf(...words: readonly string[]): JsonOption {
  return { rule: oneOf(...words), toJson: ([value]) => value };
}

/** Both bounds belong to the range. */
export function jsonNumber(lowest: number, highest: number): JsonOption {
  return { rule: numberBetween(lowest, highest), toJson: ([value]) => Number(value) };
}

/** Both bounds belong to the range. */
export function jsonInteger(lowest: number, highest: number): JsonOption {
  return { rule: integerBetween(lowest, highest), toJson: ([value]) => Number(value) };
}

/**
 * The client's options with their JSON values.
 * @throws ProviderError `request_rejected` as `readOptions`
 */
export function readJsonOptions(
  table: Readonly<Record<string, JsonOption>>,
  options: ReadonlyMap<string, readonly string[]>,
): Readonly<Record<string, unknown>> {
  const rules = Object.fromEntries(Object.entries(table).map(([name, { rule }]) => [name, rule]));
  const read = readOptions(rules, options);
  return Object.fromEntries([...read].map(([name, values]) => [name, table[name]?.toJson(values)]));
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function isStructure(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
