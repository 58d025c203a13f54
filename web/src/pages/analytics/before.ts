import type { Analytics, AnalyticsGroup } from '../../api/analytics';
import { knownValue } from '../../api/known';

/**
 * What a group came to in the period before; of a group that was not there then it is nothing, and null where nobody can tell because
 * there were more groups than the API tells.
 * @param group `all` = of all together
 */
export function totalBefore(before: Analytics, group: AnalyticsGroup['group'] | 'all', metric: string): number | null {
  if (group === 'all') return knownValue(before.totals, metric);
  // Those who are the others now were not the others then.
  if (group === null) return null;
  const wanted = idsOf(group, before.group_by);
  const found = before.groups.find((each) => each.group !== null && idsOf(each.group, before.group_by) === wanted);
  if (found) return knownValue(found.totals, metric);
  const isCut = before.groups.some((each) => each.group === null);
  return isCut || isStatistic(metric) ? null : 0;
}

function idsOf(group: NonNullable<AnalyticsGroup['group']>, dimensions: Analytics['group_by']): string {
  return JSON.stringify(dimensions.map((dimension) => group[dimension] ?? null));
}

/** Rates and percentiles of nothing are not 0. */
function isStatistic(metric: string): boolean {
  return /_(avg|p\d+|rate)$/.test(metric);
}
