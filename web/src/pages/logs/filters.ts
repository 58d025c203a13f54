import type { FilterName, LogFilters } from './log-search';

/** What a filter is asked by. */
export type FilterKind =
  | { readonly kind: 'choice'; readonly options: Readonly<Record<string, string>> }
  /** Any text; `group` is what the analytics call it, which then tell what there is. */
  | { readonly kind: 'text'; readonly group?: FilterGroup; readonly placeholder?: string }
  | { readonly kind: 'either' }
  /** Two parameters: the name with `_min` and with `_max`. */
  | { readonly kind: 'range'; readonly unit: string; readonly pattern: string };

/** By what the analytics tell which values there are. */
export type FilterGroup =
  'model' | 'provider' | 'deployment' | 'key' | 'team' | 'user' | 'tag' | 'language' | 'format' | 'error_code';

type RangeName = 'cost_usd' | 'audio_seconds' | 'latency_ms';

/** What a filter's button is called by. A range has two of the API's names. */
export type FilterId = Exclude<FilterName, 'search' | `${RangeName}_min` | `${RangeName}_max`> | RangeName;

/** A filter as people see it. */
export type Filter = { readonly id: FilterId; readonly title: string; readonly isUsual?: true } & FilterKind;

const DECIMAL = '[0-9]{1,15}([.][0-9]{1,12})?';

/** Every filter of the list but the words that were said, which have a field of their own. */
export const FILTERS: readonly Filter[] = [
  {
    id: 'status',
    title: 'Status',
    isUsual: true,
    kind: 'choice',
    options: {
      success: 'Success',
      failure: 'Failure',
      refused: 'Refused',
      cancelled: 'Cancelled',
      lost: 'Lost',
    },
  },
  { id: 'model', title: 'Model', isUsual: true, kind: 'text', group: 'model' },
  { id: 'provider', title: 'Provider', isUsual: true, kind: 'text', group: 'provider' },
  { id: 'key_id', title: 'Key', isUsual: true, kind: 'text', group: 'key', placeholder: 'Id, or master' },
  { id: 'team_id', title: 'Team', isUsual: true, kind: 'text', group: 'team', placeholder: 'Id, or none' },
  { id: 'tag', title: 'Tag', isUsual: true, kind: 'text', group: 'tag' },
  { id: 'http_status', title: 'HTTP status', kind: 'text', placeholder: '429, or 4xx' },
  { id: 'error_code', title: 'Error code', kind: 'text', group: 'error_code' },
  { id: 'cost_usd', title: 'Cost', kind: 'range', unit: '$', pattern: DECIMAL },
  { id: 'cost_unknown', title: 'Cost unknown', kind: 'either' },
  { id: 'cost_estimated', title: 'Cost estimated', kind: 'either' },
  {
    id: 'cache',
    title: 'Cache',
    kind: 'choice',
    options: { hit: 'Hit', miss: 'Miss', refresh: 'Refresh', bypass: 'Bypass' },
  },
  { id: 'language', title: 'Language', kind: 'text', group: 'language', placeholder: 'en' },
  { id: 'had_retry', title: 'Had a retry', kind: 'either' },
  { id: 'had_fallback', title: 'Had a fallback', kind: 'either' },
  { id: 'rescued', title: 'Rescued after a failure', kind: 'either' },
  { id: 'translated', title: 'In two steps', kind: 'either' },
  { id: 'has_warning', title: 'Has a warning', kind: 'either' },
  { id: 'latency_ms', title: 'Latency', kind: 'range', unit: 'ms', pattern: '[0-9]{1,10}' },
  { id: 'audio_seconds', title: 'Audio length', kind: 'range', unit: 's', pattern: DECIMAL },
  {
    id: 'task',
    title: 'Task',
    kind: 'choice',
    options: { transcribe: 'Transcribe', translate: 'Translate', speak: 'Speak', chat: 'Chat' },
  },
  { id: 'response_format', title: 'Format', kind: 'text', group: 'format' },
  { id: 'stream', title: 'Streamed', kind: 'either' },
  { id: 'end_user', title: 'User', kind: 'text', group: 'user' },
  { id: 'deployment_id', title: 'Deployment', kind: 'text', group: 'deployment', placeholder: 'Id' },
  { id: 'trace_id', title: 'Trace', kind: 'text' },
  { id: 'request_id', title: 'Request id', kind: 'text' },
];

/** One condition in force, with the address that is left without it. */
export interface Condition {
  readonly key: string;
  readonly title: string;
  readonly value: string;
  readonly without: LogFilters;
}

/**
 * Every condition that filters make, in the order of {@link FILTERS}.
 * @param nameOf what an id is called by people, where that is known
 */
export function conditionsOf(filters: LogFilters, nameOf: (id: FilterId, value: string) => string): Condition[] {
  const conditions = FILTERS.flatMap((filter): Condition[] => {
    const { id, title } = filter;
    if (filter.kind === 'range') return rangeConditions(filters, filter.id, title, filter.unit);
    const name: FilterName = id as FilterName;
    const sent: string | readonly string[] | undefined = filters[name];
    if (sent === undefined) return [];
    if (typeof sent === 'string') {
      return [{ key: name, title, value: sent === 'true' ? 'yes' : 'no', without: { [name]: undefined } }];
    }
    return sent.map((value) => ({
      key: `${name}=${value}`,
      title,
      value: filter.kind === 'choice' ? (filter.options[value] ?? value) : nameOf(id, value),
      without: { [name]: listOrNothing(sent.filter((other) => other !== value)) },
    }));
  });
  const { search } = filters;
  if (search) conditions.push({ key: 'search', title: 'Said', value: search, without: { search: undefined } });
  return conditions;
}

function rangeConditions(filters: LogFilters, id: FilterId, title: string, unit: string): Condition[] {
  return (['min', 'max'] as const).flatMap((end): Condition[] => {
    const name = `${id}_${end}` as FilterName;
    const sent = filters[name];
    if (typeof sent !== 'string') return [];
    const amount = unit === '$' ? `$${sent}` : `${sent} ${unit}`;
    return [{ key: name, title, value: `${end === 'min' ? '≥' : '≤'} ${amount}`, without: { [name]: undefined } }];
  });
}

/** A list, or undefined in place of an empty one, which an address leaves out. */
export function listOrNothing<Item>(items: readonly Item[]): Item[] | undefined {
  return items.length > 0 ? [...items] : undefined;
}
