import type { Analytics } from '../../api/analytics';
import { chartOf } from './chart-of';
import { metricOf } from './metrics';

const series = (...costs: number[]) =>
  costs.map((cost_usd, index) => ({ starts_at: `2026-11-0${index + 1}T00:00:00.000Z`, values: { cost_usd } }));
const data: Analytics = {
  object: 'analytics',
  from: '2026-11-01T00:00:00.000Z',
  to: '2026-11-04T00:00:00.000Z',
  bucket: 'day',
  time_zone: 'UTC',
  group_by: [],
  ranked_by: null,
  source: 'rollups',
  times_of: 'success',
  percentile_error: 0.01,
  totals: { cost_usd: 6 },
  series: series(1, 2, 3),
  groups: [],
};
const asked = { before: undefined, metric: metricOf('cost_usd'), isCumulative: false, filters: { model: ['whisper'] } };

it('a single line has the period before beside it, and may be summed up', () => {
  const before = { ...data, series: series(4, 5) };
  const chart = chartOf({ ...asked, data, before, dimensions: [], isCumulative: true });
  expect(chart.series.map(({ name, values }) => [name, values])).toEqual([
    ['Cost', [1, 3, 6]],
    ['period before', [4, 9, null]],
  ]);
});

it('groups are lines with filters of their own; all others have none', () => {
  const groups = [
    { group: { team: 'id-1', team_name: 'blue' }, totals: {}, series: series(1, 1, 1) },
    { group: { team: null, team_name: null }, totals: {}, series: series(0, 1, 2) },
    { group: null, totals: {}, series: series(0, 0, 0) },
  ];
  const chart = chartOf({ ...asked, data: { ...data, groups }, dimensions: ['team'] });
  expect(chart.series.map(({ name, colour, rows }) => [name, colour, rows])).toEqual([
    ['blue', 1, { model: ['whisper'], team_id: 'id-1' }],
    ['no team', 2, { model: ['whisper'], team_id: 'none' }],
    ['all others', 'rest', undefined],
  ]);
});
