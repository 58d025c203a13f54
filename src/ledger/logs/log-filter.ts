import { z } from 'zod';
import type { SqlValues } from '../../database/sql-values.js';
import { cacheStatuses } from '../../domain/cache-status.js';
import { NANO_DECIMALS, parseDecimal } from '../../domain/money.js';
import { tasks } from '../../domain/task.js';
import { booleanQuerySchema, decimalQuerySchema, repeatable } from '../../http/admin/query-values.js';
import { sentTimeSchema } from '../../http/admin/time.js';
import { firstIdAt } from '../../http/request-id.js';
import { requestStatuses } from '../entry/log-entry.js';
import { searchCondition, searchSchema } from './transcript-search.js';

/** Stands for the master key where a key is asked for by its id. */
export const MASTER = 'master';
/** Stands for no team where a team is asked for by its id. */
export const NO_TEAM_ASKED = 'none';

const MAX_TEXT = 500;
const MAX_MILLISECONDS = 2 ** 31 - 1;

const time = sentTimeSchema.transform((text) => new Date(text));
const text = z.string().min(1, 'must not be empty').max(MAX_TEXT);
const amount = decimalQuerySchema
  .transform((decimal) => parseDecimal(decimal, NANO_DECIMALS))
  .refine((nanoUsd) => nanoUsd <= 10n ** 18n, 'must be at most a billion dollars');
const seconds = decimalQuerySchema.transform(Number);
const milliseconds = z
  .string()
  .regex(/^\d{1,10}$/, 'must be a whole number of milliseconds')
  .transform(Number)
  .refine((number) => number <= MAX_MILLISECONDS, `must be at most ${MAX_MILLISECONDS}`);
const httpStatus = z.string().regex(/^[1-5](\d\d|xx)$/, 'must be a status such as 404, or a class such as 4xx');
const noKey = 'must be the id of a key, or master';
const keyId = z.union([z.uuid(noKey), z.literal(MASTER)], noKey);
const notATeam = 'must be the id of a team, or none';
const teamId = z.union([z.uuid(notATeam), z.literal(NO_TEAM_ASKED)], notATeam);

/** `true` and `false` are two questions; who does not ask gets both. */
const either = (description: string) => booleanQuerySchema.optional().meta({ description });

/**
 * What logs can be narrowed by, as query parameters: of the list, the export, the stream and the analytics. All of them hold at
 * once; of the values of one that is given several times any will do, but of tags all must be there.
 */
export const logFilterSchema = z.strictObject({
  from: time.optional().meta({ description: 'Only requests at or after this time', example: '2026-11-20T00:00:00Z' }),
  to: time.optional().meta({ description: 'Only requests before this time', example: '2026-11-21T00:00:00Z' }),
  request_id: repeatable(z.uuid('must be a request id')).meta({ description: 'As in the `x-request-id` header' }),
  key_id: repeatable(keyId).meta({ description: `Id of a virtual key, or \`${MASTER}\`` }),
  team_id: repeatable(teamId).meta({
    description: `Id of the team that the key belonged to, or \`${NO_TEAM_ASKED}\``,
  }),
  end_user: repeatable(text).meta({ description: 'Whom the caller asked for', example: ['u-1'] }),
  tag: repeatable(text).meta({ description: 'What has all of these tags', example: ['podcast'] }),
  trace_id: repeatable(text).meta({ description: 'The trace that the caller has named' }),
  model: repeatable(text).meta({ description: 'The public name that was asked for', example: ['whisper'] }),
  deployment_id: repeatable(text).meta({ description: 'Id of the deployment that was used last' }),
  provider: repeatable(text).meta({ example: ['openai'] }),
  task: repeatable(z.enum(tasks)),
  response_format: repeatable(text).meta({ example: ['json'] }),
  stream: either('Whether a stream was asked for'),
  language: repeatable(text.toLowerCase()).meta({
    description: 'A BCP-47 tag as in the log: `en` does not find `en-us`',
    example: ['en'],
  }),
  status: repeatable(z.enum(requestStatuses)).meta({ description: 'How the request ended' }),
  http_status: repeatable(httpStatus).meta({ description: 'A status, or a class of them', example: ['4xx'] }),
  error_code: repeatable(text).meta({ example: ['rate_limit_exceeded'] }),
  cost_usd_min: amount.optional().meta({ description: 'Cost at least so much', example: '0.01' }),
  cost_usd_max: amount.optional().meta({ description: 'Cost at most so much', example: '1' }),
  cost_unknown: either('Whether the cost is unknown'),
  cost_estimated: either('Whether the bill may be another than the cost'),
  audio_seconds_min: seconds.optional().meta({ description: 'At least so long', example: '60' }),
  audio_seconds_max: seconds.optional().meta({ description: 'At most so long', example: '3600' }),
  latency_ms_min: milliseconds.optional().meta({ description: 'Took at least so long', example: '1000' }),
  latency_ms_max: milliseconds.optional().meta({ description: 'Took at most so long', example: '60000' }),
  had_retry: either('Whether a deployment was asked again'),
  had_fallback: either('Whether another model was asked'),
  rescued: either('Whether it was answered after an attempt had failed'),
  translated: either('Whether a transcript was translated in a second step'),
  has_warning: either('Whether there was a warning'),
  cache: repeatable(z.enum(cacheStatuses)),
  search: searchSchema.optional(),
});
export type LogFilter = z.output<typeof logFilterSchema>;

/** Columns that are compared with the values of a parameter of the same name. */
const textColumns = [
  'end_user',
  'trace_id',
  'model',
  'deployment_id',
  'provider',
  'task',
  'response_format',
  'language',
  'status',
  'error_code',
  'cache',
] as const satisfies readonly (keyof LogFilter)[];

/** What a question of yes or no means; an index has the rarer answer, in these words. */
const questions = {
  stream: 'stream',
  cost_unknown: 'cost_nano_usd IS NULL',
  cost_estimated: 'cost_estimated',
  had_retry: 'retries > 0',
  had_fallback: 'fallbacks > 0',
  rescued: 'rescued',
  translated: 'translated',
  has_warning: `warnings <> '{}'`,
} as const satisfies Partial<Record<keyof LogFilter, string>>;

const bounds = [
  ['cost_usd_min', 'cost_nano_usd >=', 'bigint'],
  ['cost_usd_max', 'cost_nano_usd <=', 'bigint'],
  ['audio_seconds_min', 'audio_seconds >=', 'double precision'],
  ['audio_seconds_max', 'audio_seconds <=', 'double precision'],
  ['latency_ms_min', 'latency_ms >=', 'integer'],
  ['latency_ms_max', 'latency_ms <=', 'integer'],
] as const satisfies readonly (readonly [keyof LogFilter, string, string])[];

/**
 * The conditions of a filter on rows of `request_log`, in SQL, each to be joined by AND. Columns are not qualified.
 * @param values takes what the conditions compare with
 */
export function logConditions(filter: LogFilter, values: SqlValues): string[] {
  const { from, to, request_id, key_id, team_id, tag, http_status, search } = filter;
  return [
    // A request id begins with its time, so that one index gives the range and the order.
    ...(from ? [`id >= ${values.add(firstIdAt(from))}::uuid`] : []),
    ...(to ? [`id < ${values.add(firstIdAt(to))}::uuid`] : []),
    ...(request_id ? [isAnyOf('id', 'uuid', request_id, values)] : []),
    ...(key_id ? [isAnyIdOf('key_id', key_id, MASTER, values)] : []),
    ...(team_id ? [isAnyIdOf('team_id', team_id, NO_TEAM_ASKED, values)] : []),
    ...textColumns.flatMap((column) => {
      const wanted = filter[column];
      return wanted ? [isAnyOf(column, 'text', wanted, values)] : [];
    }),
    // The index has no rows without tags, and is used only where that is said.
    ...(tag ? [`tags @> ${values.add(tag)}::text[] AND tags <> '{}'`] : []),
    ...(http_status ? [anyOf(http_status.map(statusCondition))] : []),
    ...Object.entries(questions).flatMap(([name, condition]) => {
      const answer = booleanOf(filter, name);
      return answer === undefined ? [] : [answer ? condition : `NOT (${condition})`];
    }),
    ...bounds.flatMap(([name, comparison, type]) => {
      const bound = filter[name];
      return bound === undefined ? [] : [`${comparison} ${values.add(String(bound))}::text::${type}`];
    }),
    ...(search === undefined
      ? []
      : [
          `id IN (SELECT request_id FROM transcript WHERE ${[
            ...transcriptRange(filter, values),
            searchCondition(search, values),
          ].join(' AND ')})`,
        ]),
  ];
}

/** The range of time of a filter on rows of `transcript`. */
export function transcriptRange({ from, to }: Pick<LogFilter, 'from' | 'to'>, values: SqlValues): string[] {
  return [
    ...(from ? [`request_id >= ${values.add(firstIdAt(from))}::uuid`] : []),
    ...(to ? [`request_id < ${values.add(firstIdAt(to))}::uuid`] : []),
  ];
}

function booleanOf(filter: LogFilter, name: string): boolean | undefined {
  const found = Object.entries(filter).find(([key]) => key === name)?.[1];
  return typeof found === 'boolean' ? found : undefined;
}

/** One value keeps the order of an index, several do not. */
function isAnyOf(column: string, type: string, wanted: readonly string[], values: SqlValues): string {
  const [only, ...others] = wanted;
  return others.length === 0
    ? `${column} = ${values.add(only)}::${type}`
    : `${column} = ANY(${values.add(wanted)}::${type}[])`;
}

/** @param nothing what is asked for where there is no id */
function isAnyIdOf(column: string, wanted: readonly string[], nothing: string, values: SqlValues): string {
  const ids = wanted.filter((id) => id !== nothing);
  return anyOf([
    ...(ids.length < wanted.length ? [`${column} IS NULL`] : []),
    ...(ids.length > 0 ? [isAnyOf(column, 'uuid', ids, values)] : []),
  ]);
}

/** As numbers in the statement, so that the index of errors can be used; the schema lets nothing else through. */
function statusCondition(status: string): string {
  if (!status.endsWith('xx')) return `http_status = ${Number(status)}`;
  const first = 100 * Number(status[0]);
  return `http_status BETWEEN ${first} AND ${first + 99}`;
}

function anyOf(conditions: readonly string[]): string {
  return conditions.length === 1 ? conditions.join('') : `(${conditions.join(' OR ')})`;
}
