import type { Analytics } from '../../api/analytics';
import { totalBefore } from './before';
import { totalsCsv } from './totals-csv';

const group = (team: string | null, team_name: string | null, requests: number) => ({
  group: { team, team_name },
  totals: { requests, error_rate: 0.5 },
  series: [],
});
const data: Analytics = {
  object: 'analytics',
  from: '2026-10-01T00:00:00.000Z',
  to: '2026-11-01T00:00:00.000Z',
  bucket: null,
  time_zone: 'UTC',
  group_by: ['team'],
  ranked_by: 'requests',
  source: 'rollups',
  times_of: 'success',
  percentile_error: 0.01,
  totals: { requests: 9, error_rate: 0.5 },
  series: [],
  groups: [group('id-1', 'blue, green', 7), group(null, null, 2)],
};

it('what was not there before was nothing, unless that cannot be known', () => {
  expect(totalBefore(data, { team: 'id-1', team_name: 'new name' }, 'requests')).toBe(7);
  expect(totalBefore(data, { team: null, team_name: null }, 'requests')).toBe(2);
  expect(totalBefore(data, { team: 'id-9', team_name: 'red' }, 'requests')).toBe(0);
  expect(totalBefore(data, { team: 'id-9', team_name: 'red' }, 'error_rate')).toBeNull();
  expect(totalBefore(data, 'all', 'requests')).toBe(9);
  const cut = { ...data, groups: [...data.groups, { group: null, totals: { requests: 1 }, series: [] }] };
  expect(totalBefore(cut, { team: 'id-9', team_name: 'red' }, 'requests')).toBeNull();
  expect(totalBefore(cut, null, 'requests')).toBeNull();
});

it('the file of totals has the period, its zone, and ids beside names', () => {
  const time = '2026-10-01T00:00:00Z,2026-11-01T00:00:00Z,UTC';
  expect(totalsCsv(data, 'utc').split('\r\n')).toEqual([
    'from,to,time_zone,team,team_name,requests,error_rate',
    `${time},id-1,"blue, green",7,0.5`,
    `${time},,,2,0.5`,
    '',
  ]);
  const whole = totalsCsv({ ...data, group_by: [], groups: [] }, 'utc');
  expect(whole).toBe(`from,to,time_zone,requests,error_rate\r\n${time},9,0.5\r\n`);
});
