import type { Analytics, AnalyticsGroup } from '../../api/analytics';
import { OTHERS } from '../../api/groups';
import { toCsv, type CsvCell } from '../../format/csv';
import { formatWithOffset, zoneName, type Zone } from '../../format/time';

const NO_GROUP: AnalyticsGroup['group'] = {};

/** The totals as rows: the period with its zone, the groups by id and name, the metrics. Without groups it is one row. */
export function totalsCsv(data: Analytics, zone: Zone): string {
  const metrics = Object.keys(data.totals);
  const names = data.group_by.flatMap((dimension) =>
    dimension === 'key' || dimension === 'team' ? [dimension, `${dimension}_name`] : [dimension],
  );
  const time: CsvCell[] = [formatWithOffset(data.from, zone), formatWithOffset(data.to, zone), zoneName(zone)];
  const groups = data.group_by.length === 0 ? [{ group: NO_GROUP, totals: data.totals }] : data.groups;
  return toCsv([
    ['from', 'to', 'time_zone', ...names, ...metrics],
    ...groups.map(({ group, totals }) => [
      ...time,
      ...names.map((name, index) => (group === null ? (index === 0 ? OTHERS : null) : (group[name] ?? null))),
      ...metrics.map((metric) => totals[metric] ?? null),
    ]),
  ]);
}
