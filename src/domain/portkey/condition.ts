import { badRequest } from '../errors.js';
import { LinearPattern, PatternError } from '../linear-pattern.js';
import type { Json } from '../request-metadata.js';

/** A value that conditions compare. */
type Scalar = string | number | boolean | null;

/** What a condition of a Portkey config is decided by. */
export interface ConditionFacts {
  readonly metadata: Readonly<Record<string, Json>>;
  /** The form's fields. They are texts, and so one of them equals the number or flag that it spells. */
  readonly params: ReadonlyMap<string, readonly string[]>;
  /** Of the request's URL, as it was sent. */
  readonly pathname: string;
}

/** One comparison: a value of the request by where it is, such as `metadata.plan`. */
interface Comparison {
  readonly kind: 'comparison';
  readonly source: 'metadata' | 'params' | 'url';
  readonly key: string;
  readonly holds: (value: Json | undefined, isText: boolean) => boolean;
}

/** A query that has been understood. */
export type Condition =
  | Comparison
  | { readonly kind: 'all'; readonly of: readonly Condition[] }
  | { readonly kind: 'any'; readonly of: readonly Condition[] };

/** Told of each fault: where it is in the query, and what is wrong as the end of a sentence. */
type Report = (path: readonly PropertyKey[], fault: string) => void;

/** Texts that are longer are not searched by a pattern. */
const MAX_SEARCHED_CHARACTERS = 1000;

/**
 * Portkey's operators, as its gateway has them (src/services/conditionalRouter.ts): of what is not there, only `$ne` and
 * `$nin` are true. Each makes a comparison of what the config compares with, or tells what that must be.
 */
const operators: ReadonlyMap<string, (operand: unknown) => Comparison['holds'] | string> = new Map([
  ['$eq', (operand) => (isScalar(operand) ? (value, isText) => equals(value, operand, isText) : SCALAR)],
  ['$ne', (operand) => (isScalar(operand) ? (value, isText) => !equals(value, operand, isText) : SCALAR)],
  ['$gt', ordering((value, operand) => value > operand)],
  ['$gte', ordering((value, operand) => value >= operand)],
  ['$lt', ordering((value, operand) => value < operand)],
  ['$lte', ordering((value, operand) => value <= operand)],
  ['$in', (operand) => (isList(operand) ? (value, isText) => isAmong(value, operand, isText) : LIST)],
  ['$nin', (operand) => (isList(operand) ? (value, isText) => !isAmong(value, operand, isText) : LIST)],
  ['$regex', patternComparison],
]);

const SCALAR = 'must be a text, a number, true, false or null';
const LIST = 'must be a list of texts, numbers, true, false and null';
const NUMBER = 'must be a number';

/** Reads a query; what is told to `report` makes it none. */
export function readQuery(query: unknown, report: Report, path: readonly PropertyKey[] = []): Condition {
  if (!isObject(query)) {
    report(path, 'must be an object of conditions');
    return { kind: 'all', of: [] };
  }
  return {
    kind: 'all',
    of: Object.entries(query).map(([key, value]) => readEntry(key, value, report, [...path, key])),
  };
}

function readEntry(key: string, value: unknown, report: Report, path: readonly PropertyKey[]): Condition {
  if (key === '$and' || key === '$or') {
    const parts: readonly unknown[] = Array.isArray(value) ? value : [];
    if (parts.length === 0) report(path, 'must be a list of queries');
    const of = parts.map((part, index) => readQuery(part, report, [...path, index]));
    return { kind: key === '$and' ? 'all' : 'any', of };
  }
  const place = readPlace(key);
  if (!place) {
    report(path, "must be $and, $or, 'metadata.KEY', 'params.FIELD' or 'url.pathname', with no further dots");
    return { kind: 'all', of: [] };
  }
  const compared = isObject(value) ? Object.entries(value) : [['$eq', value] as const];
  if (compared.length === 0) report(path, 'has no operator');
  return {
    kind: 'all',
    of: compared.map(([name, operand]): Condition => {
      const at = isObject(value) ? [...path, name] : path;
      const made = operators.get(name)?.(operand) ?? `is no operator; there are ${[...operators.keys()].join(', ')}`;
      if (typeof made === 'string') report(at, made);
      return { kind: 'comparison', ...place, holds: typeof made === 'string' ? () => false : made };
    }),
  };
}

function readPlace(key: string): Pick<Comparison, 'source' | 'key'> | undefined {
  const [source, name = '', ...more] = key.split('.');
  if (name === '' || more.length > 0) return undefined;
  if (source === 'metadata' || source === 'params') return { source, key: name };
  return source === 'url' && name === 'pathname' ? { source, key: name } : undefined;
}

/**
 * Whether a condition holds for a request.
 * @throws GatewayError 400 when a pattern is to be tried on a text that is too long for it
 */
export function holdsFor(condition: Condition, facts: ConditionFacts): boolean {
  if (condition.kind === 'all') return condition.of.every((it) => holdsFor(it, facts));
  if (condition.kind === 'any') return condition.of.some((it) => holdsFor(it, facts));
  const { source, key, holds } = condition;
  if (source === 'url') return holds(facts.pathname, false);
  if (source === 'params') return holds(facts.params.get(key)?.[0], true);
  return holds(Object.hasOwn(facts.metadata, key) ? facts.metadata[key] : undefined, false);
}

function equals(value: Json | undefined, operand: Scalar, isText: boolean): boolean {
  if (!isText || typeof value !== 'string' || typeof operand === 'string') return value === operand;
  if (typeof operand === 'number') return value.trim() !== '' && Number(value) === operand;
  return value.toLowerCase() === String(operand);
}

function isAmong(value: Json | undefined, operand: readonly Scalar[], isText: boolean): boolean {
  return operand.some((it) => equals(value, it, isText));
}

/** Both sides may be numbers or begin with one, as in Portkey. */
function ordering(compare: (value: number, operand: number) => boolean) {
  return (operand: unknown): Comparison['holds'] | string => {
    const bound = numberOf(operand);
    return Number.isNaN(bound) ? NUMBER : (value) => compare(numberOf(value), bound);
  };
}

function numberOf(value: unknown): number {
  return typeof value === 'string' || typeof value === 'number' ? Number.parseFloat(String(value)) : Number.NaN;
}

function patternComparison(operand: unknown): Comparison['holds'] | string {
  if (typeof operand !== 'string') return 'must be a pattern';
  try {
    const pattern = LinearPattern.parse(operand);
    return (value) => {
      if (value === undefined || value === null || typeof value === 'object') return false;
      const text = String(value);
      if (text.length <= MAX_SEARCHED_CHARACTERS) return pattern.test(text);
      throw badRequest(
        `A condition with $regex is tried on texts of at most ${MAX_SEARCHED_CHARACTERS} characters, and there is a longer one`,
        'x-portkey-config',
        'invalid_value',
      );
    };
  } catch (error) {
    if (error instanceof PatternError) return error.message;
    throw error;
  }
}

function isScalar(value: unknown): value is Scalar {
  return value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function isList(value: unknown): value is readonly Scalar[] {
  return Array.isArray(value) && value.every(isScalar);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
