import { readFileSync } from 'node:fs';
import { isMap, isNode, isScalar, parseDocument } from 'yaml';
import { z } from 'zod';
import { code, table } from './markdown.js';

const read = (path: string) => readFileSync(new URL(`../../deploy/helm/auricle/${path}`, import.meta.url), 'utf8');

/** What a schema of values says of one of them, as far as it matters here. */
interface ValueSchema {
  readonly properties?: Readonly<Record<string, ValueSchema>> | undefined;
}

const valueSchema: z.ZodType<ValueSchema> = z.lazy(() =>
  z.object({ properties: z.record(z.string(), valueSchema).optional() }),
);

/** One value of the chart. */
export interface ChartValue {
  /** As `--set` takes it: `image.repository`. */
  readonly path: string;
  readonly default: unknown;
  /** The comment before it; empty where there is none. */
  readonly meaning: string;
}

/** The paths of all values that values.schema.json allows, but for those of a chart around this one. */
export function pathsInSchema(): string[] {
  return pathsOf(valueSchema.parse(JSON.parse(read('values.schema.json')))).filter((path) => path !== 'global');
}

function pathsOf({ properties }: ValueSchema, prefix = ''): string[] {
  if (!properties) return [prefix];
  return Object.entries(properties).flatMap(([name, schema]) => pathsOf(schema, prefix ? `${prefix}.${name}` : name));
}

/** The values of values.yaml with their comments; what a value is, and what is a group of them, says the schema. */
export function chartValues(): ChartValue[] {
  const whole = new Set(pathsInSchema());
  const valuesOf = (node: unknown, prefix: string): ChartValue[] => {
    if (!isMap(node)) throw new Error(`values.yaml: ${prefix} is not in the schema`);
    return node.items.flatMap(({ key, value }, index) => {
      if (!isScalar(key) || !isNode(value)) throw new Error(`values.yaml: cannot be read below ${prefix}`);
      const path = `${prefix}${String(key.value)}`;
      if (!whole.has(path)) return valuesOf(value, `${path}.`);
      // The comment before the first of a group belongs to the group.
      const comment = key.commentBefore ?? (index === 0 ? node.commentBefore : undefined) ?? '';
      // What is separated by an empty line is about more than this one.
      return [{ path, default: value.toJSON(), meaning: comment.trim() }];
    });
  };
  const document = parseDocument(read('values.yaml'));
  const [first = '', ...rest] = valuesOf(document.contents, '');
  return first === '' ? [] : [{ ...first, meaning: first.meaning || (document.commentBefore ?? '').trim() }, ...rest];
}

/** The table of the chart's README. */
export function chartValuesTable(): string {
  const rows = chartValues().map(({ path, default: value, meaning }) => [code(path), defaultOf(value), meaning]);
  return table(['Value', 'Default', 'Meaning'], rows);
}

function defaultOf(value: unknown): string {
  const isLong = typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;
  if (value === '') return 'empty';
  return isLong ? 'see `values.yaml`' : code(JSON.stringify(value));
}
