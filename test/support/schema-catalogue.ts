import type { Client } from 'pg';
import { z } from 'zod';

const columnSchema = z.object({
  /** With its length, and how it is generated. */
  type: z.string(),
  isNullable: z.boolean(),
  /** Whether a row gets a value where none is written. */
  hasDefault: z.boolean(),
});
const ruleSchema = z.object({
  kind: z.enum(['check', 'unique', 'foreign', 'exclusion']),
  definition: z.string(),
  columns: z.array(z.string()),
});
const tableSchema = z.object({
  isRowSecurityOn: z.boolean(),
  columns: z.record(z.string(), columnSchema),
  /** Constraints and unique indexes by their names. */
  rules: z.record(z.string(), ruleSchema),
  /** By its name, whether each trigger comes before its row is written, and the source of its function. */
  triggers: z.record(z.string(), z.object({ isBeforeRow: z.boolean(), source: z.string() })),
});

const catalogueSchema = z.object({
  tables: z.record(z.string(), tableSchema),
  /** What each function returns, by its name and arguments. */
  functions: z.record(z.string(), z.string()),
  /** Values of each enum. */
  enums: z.record(z.string(), z.array(z.string())),
});

/** What a schema is to those who read and write it. Partitions are their table's. */
export type Catalogue = z.infer<typeof catalogueSchema>;
type Table = z.infer<typeof tableSchema>;

const READ = `
SELECT jsonb_build_object(
  'tables', (SELECT coalesce(jsonb_object_agg(t.relname, jsonb_build_object(
    'isRowSecurityOn', t.relrowsecurity,
    'columns', (SELECT coalesce(jsonb_object_agg(a.attname, jsonb_build_object(
        'type', concat_ws(' ', format_type(a.atttypid, a.atttypmod), CASE a.attgenerated WHEN '' THEN NULL ELSE 'generated ' || a.attgenerated::text END),
        'isNullable', NOT a.attnotnull,
        'hasDefault', a.atthasdef OR a.attidentity <> '')), '{}')
      FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped),
    'rules', (SELECT coalesce(jsonb_object_agg(name, jsonb_build_object('kind', kind, 'definition', definition, 'columns',
        (SELECT coalesce(jsonb_agg(attname), '[]') FROM pg_attribute WHERE attrelid = t.oid AND attnum = ANY (numbers)))), '{}')
      FROM (
        SELECT conname AS name, pg_get_constraintdef(c.oid) AS definition, conkey AS numbers,
          CASE contype WHEN 'c' THEN 'check' WHEN 'f' THEN 'foreign' WHEN 'x' THEN 'exclusion' END AS kind
        FROM pg_constraint c WHERE conrelid = t.oid AND contype IN ('c', 'f', 'x')
        UNION ALL
        SELECT i.relname, regexp_replace(pg_get_indexdef(i.oid), '^.* USING ', ''), x.indkey::int2[], 'unique'
        FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid WHERE x.indrelid = t.oid AND x.indisunique
      ) rule),
    'triggers', (SELECT coalesce(jsonb_object_agg(g.tgname,
        jsonb_build_object('isBeforeRow', g.tgtype & 3 = 3, 'source', p.prosrc)), '{}')
      FROM pg_trigger g JOIN pg_proc p ON p.oid = g.tgfoid WHERE g.tgrelid = t.oid AND NOT g.tgisinternal)
    )), '{}')
    FROM pg_class t WHERE t.relnamespace = 'public'::regnamespace AND t.relkind IN ('r', 'p', 'v', 'm') AND NOT t.relispartition),
  'functions', (SELECT coalesce(jsonb_object_agg(format('%s(%s)', p.proname, pg_get_function_identity_arguments(p.oid)),
      pg_get_function_result(p.oid)), '{}')
    FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prokind = 'f'),
  'enums', (SELECT coalesce(jsonb_object_agg(typname, labels), '{}') FROM (
      SELECT typname, jsonb_agg(enumlabel) AS labels FROM pg_type JOIN pg_enum ON enumtypid = pg_type.oid
      WHERE typnamespace = 'public'::regnamespace GROUP BY 1) e)
) AS catalogue`;

/** Reads the schema `public`. */
export async function readCatalogue(client: Client): Promise<Catalogue> {
  const { rows } = await client.query<{ catalogue: unknown }>(READ);
  return catalogueSchema.parse(rows[0]?.catalogue);
}

/**
 * What whoever knows the schema only as it was before cannot read or write any more as it did, or may stumble over.
 *
 * Of triggers it is asked whether their own function raises an exception, not what those do that it calls; of changed functions only
 * what they take and return.
 */
export function narrowings(before: Catalogue, after: Catalogue): string[] {
  return [
    ...Object.entries(before.tables).flatMap(([name, table]) => {
      const now = after.tables[name];
      return now ? narrowingsOf(table, now).map((what) => `${name}: ${what}`) : [`${name}: the table is gone`];
    }),
    ...Object.entries(before.functions)
      .filter(([name, returned]) => after.functions[name] !== returned)
      .map(([name]) => `${name}: the function is gone, or returns something else`),
    ...Object.entries(before.enums).flatMap(([name, labels]) =>
      labels
        .filter((label) => after.enums[name]?.includes(label) !== true)
        .map((label) => `${name}: the value ${label} is gone`),
    ),
  ];
}

function narrowingsOf(before: Table, after: Table): string[] {
  return [...columnNarrowings(before, after), ...ruleNarrowings(before, after), ...triggerNarrowings(before, after)];
}

function columnNarrowings(before: Table, after: Table): string[] {
  const isNew = (name: string): boolean => !Object.hasOwn(before.columns, name);
  return [
    ...Object.entries(before.columns).flatMap(([name, was]) => {
      const is = after.columns[name];
      if (!is) return [`the column ${name} is gone`];
      return [
        ...(isAsWide(was.type, is.type) ? [] : [`${name} was ${was.type} and is ${is.type}`]),
        ...(was.isNullable && !is.isNullable ? [`${name} may be null no longer`] : []),
        ...(!was.isNullable && is.isNullable ? [`${name} may be null, which nobody expects who reads it`] : []),
        ...(was.hasDefault && !is.hasDefault ? [`${name} has no default any more`] : []),
      ];
    }),
    ...Object.entries(after.columns)
      .filter(([name, { isNullable, hasDefault }]) => isNew(name) && !isNullable && !hasDefault)
      .map(([name]) => `the new column ${name} must be written`),
  ];
}

/** Whether all that the one type holds the other does, and clients read it alike. */
function isAsWide(was: string, is: string): boolean {
  const length = /^character varying(?:\((\d+)\))?$/;
  const [from, to] = [length.exec(was), length.exec(is)];
  if (!from) return was === is;
  if (is === 'text') return true;
  return to !== null && (to[1] === undefined || (from[1] !== undefined && Number(to[1]) >= Number(from[1])));
}

function ruleNarrowings(before: Table, after: Table): string[] {
  /** Columns that stay null in rows of whoever does not know them, for which no rule holds that compares rows. */
  const areLeftNull = (columns: readonly string[]): boolean =>
    columns.some((name) => {
      const column = after.columns[name];
      return !Object.hasOwn(before.columns, name) && column?.isNullable === true && !column.hasDefault;
    });
  const areAllNew = (columns: readonly string[]): boolean =>
    columns.length > 0 && columns.every((name) => !Object.hasOwn(before.columns, name));
  return [
    ...Object.entries(after.rules)
      .filter(([name, { definition }]) => before.rules[name]?.definition !== definition)
      .filter(([, { kind, columns }]) => !(kind === 'check' ? areAllNew(columns) : areLeftNull(columns)))
      .map(([name, { definition }]) => `the rule ${name} is new: ${definition}`),
    ...Object.entries(before.rules)
      .filter(([name, { kind }]) => kind === 'unique' && !after.rules[name])
      .map(([name]) => `the unique index ${name} is gone, which ON CONFLICT may name`),
  ];
}

/** A level below an exception refuses nothing; without one it is an exception. */
const REFUSAL = /\bRAISE\s+(?!DEBUG|LOG|INFO|NOTICE|WARNING)|\bASSERT\b/i;
/** What drops a row, in a trigger before it is written. */
const DROPPING = /\bRETURN\s+NULL\b/i;

function triggerNarrowings(before: Table, after: Table): string[] {
  return [
    ...Object.entries(after.triggers).flatMap(([name, { source, isBeforeRow }]) => {
      const was = before.triggers[name]?.source ?? '';
      return [
        ...(REFUSAL.test(source) && !REFUSAL.test(was) ? [`the trigger ${name} may refuse what is written`] : []),
        ...(isBeforeRow && DROPPING.test(source) && !DROPPING.test(was)
          ? [`the trigger ${name} may drop what is written`]
          : []),
      ];
    }),
    ...(after.isRowSecurityOn && !before.isRowSecurityOn ? ['row security hides rows'] : []),
  ];
}
