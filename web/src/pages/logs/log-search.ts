import * as z from 'zod/mini';

/** What is asked for by any number of values; an address has one of them or several. */
const many = z.catch(
  z.optional(
    z.pipe(
      z.union([z.string(), z.array(z.string())]),
      z.transform((sent: string | string[]): string[] | undefined => {
        const values = [...new Set([sent].flat().filter((value) => value !== ''))].slice(0, 20);
        return values.length > 0 ? values : undefined;
      }),
    ),
  ),
  undefined,
);
const one = z.catch(z.optional(z.string()), undefined);
const either = z.catch(z.optional(z.enum(['true', 'false'])), undefined);
const statuses = z.enum(['success', 'failure', 'refused', 'cancelled', 'lost']);
const tasks = z.enum(['transcribe', 'translate', 'speak', 'chat']);
const caches = z.enum(['hit', 'miss', 'refresh', 'bypass']);

/** Those of some values that an enumeration has. */
function manyOf<const Values extends Readonly<Record<string, string>>>(values: z.ZodMiniEnum<Values>) {
  const isOne = (value: string): value is Values[keyof Values] => values.safeParse(value).success;
  return z.catch(
    z.optional(
      z.pipe(
        z.union([z.string(), z.array(z.string())]),
        z.transform((sent: string | string[]) => {
          const known = [...new Set([sent].flat().filter(isOne))];
          return known.length > 0 ? known : undefined;
        }),
      ),
    ),
    undefined,
  );
}

/** What the address of Logs says beside the period: every filter of `GET /admin/v1/logs` by its name there, and whether new ones are shown. */
export const logSearch = z.object({
  status: manyOf(statuses),
  model: many,
  provider: many,
  key_id: many,
  team_id: many,
  tag: many,
  http_status: many,
  error_code: many,
  language: many,
  response_format: many,
  end_user: many,
  trace_id: many,
  request_id: many,
  deployment_id: many,
  task: manyOf(tasks),
  cache: manyOf(caches),
  stream: either,
  cost_unknown: either,
  cost_estimated: either,
  had_retry: either,
  had_fallback: either,
  rescued: either,
  translated: either,
  has_warning: either,
  cost_usd_min: one,
  cost_usd_max: one,
  audio_seconds_min: one,
  audio_seconds_max: one,
  latency_ms_min: one,
  latency_ms_max: one,
  search: one,
  live: z.catch(z.optional(z.literal('true')), undefined),
});

export type LogSearch = z.infer<typeof logSearch>;

/** A filter of logs, by the API's name. */
export type FilterName = Exclude<keyof LogSearch, 'live'>;

/** The filters of an address, as they are sent to the API: without what is not asked for. */
export type LogFilters = Omit<LogSearch, 'live'>;

const names = Object.keys(logSearch.shape).filter((name): name is FilterName => name !== 'live');

/** What of an address narrows the logs. */
export function filtersOf(search: LogSearch): LogFilters {
  return Object.fromEntries(names.map((name) => [name, search[name]]).filter(([, value]) => value !== undefined));
}

/** The address without any filter, which may be changed further. */
export const NO_FILTERS: { readonly [Name in FilterName]: undefined } = Object.fromEntries(
  names.map((name) => [name, undefined]),
) as { readonly [Name in FilterName]: undefined };
