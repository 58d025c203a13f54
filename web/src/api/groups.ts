import type { AnalyticsGroup, Dimension } from './analytics';
import type { LogsFilter } from './logs-filter';

type Group = AnalyticsGroup['group'];

/** What requests can be grouped by, in words. */
export const DIMENSIONS: Readonly<Record<Dimension, string>> = {
  model: 'model',
  provider: 'provider',
  deployment: 'deployment',
  key: 'key',
  team: 'team',
  user: 'user',
  tag: 'tag',
  language: 'language',
  format: 'format',
  status: 'status',
  error_code: 'error code',
  task: 'task',
};

/** What a group is called in which there is nothing. */
const NOTHING: Readonly<Record<Dimension, string>> = {
  model: 'no such model',
  provider: 'no provider',
  deployment: 'no deployment',
  key: 'master key',
  team: 'no team',
  user: 'no user',
  tag: 'no tag',
  language: 'language unknown',
  format: 'no format',
  status: 'no status',
  error_code: 'no error',
  task: 'no task',
};

/** The parameter that finds one group's rows. */
const PARAMETERS: Readonly<Record<Dimension, keyof LogsFilter>> = {
  model: 'model',
  provider: 'provider',
  deployment: 'deployment_id',
  key: 'key_id',
  team: 'team_id',
  user: 'end_user',
  tag: 'tag',
  language: 'language',
  format: 'response_format',
  status: 'status',
  error_code: 'error_code',
  task: 'task',
};

/** What is asked for where there is no key, and no team. Of all else no filter finds what has none. */
const ASKED_FOR_NOTHING: Readonly<Partial<Record<Dimension, string>>> = { key: 'master', team: 'none' };

/** Of all groups together that are not told one by one. */
export const OTHERS = 'all others';

/** What one dimension of a group is called. */
export function nameIn(group: Group, dimension: Dimension): string {
  if (group === null) return OTHERS;
  return group[`${dimension}_name`] ?? group[dimension] ?? NOTHING[dimension];
}

/** What a group is called: `whisper · blue`. */
export function nameOf(group: Group, dimensions: readonly Dimension[]): string {
  return group === null ? OTHERS : dimensions.map((dimension) => nameIn(group, dimension)).join(' · ');
}

/** What finds the rows of a group; undefined = no filter does. */
export function filterOf(group: Group, dimensions: readonly Dimension[]): LogsFilter | undefined {
  if (group === null) return undefined;
  const found = dimensions.map((dimension) => {
    const value = group[dimension] ?? ASKED_FOR_NOTHING[dimension];
    return value === undefined ? undefined : ([PARAMETERS[dimension], value] as const);
  });
  const known = found.filter((entry) => entry !== undefined);
  return known.length < found.length ? undefined : Object.fromEntries(known);
}
