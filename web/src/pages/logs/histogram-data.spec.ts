import { barUnitFor, barAt, barsOf, stretchOf, whenOf } from './histogram-data';

const bars = barsOf({
  to: '2026-11-27T14:02:30.000Z',
  series: [
    { starts_at: '2026-11-27T14:00:00.000Z', values: { requests: 3, errors: 1 } },
    { starts_at: '2026-11-27T14:01:00.000Z', values: { requests: 0, errors: null } },
    { starts_at: '2026-11-27T14:02:00.000Z', values: { requests: 5, errors: 0 } },
  ],
});

it('bars end where the next begins, the last where the range ends', () => {
  expect(bars.map(({ to, requests, failures }) => [to, requests, failures])).toEqual([
    ['2026-11-27T14:01:00.000Z', 3, 1],
    ['2026-11-27T14:02:00.000Z', 0, 0],
    ['2026-11-27T14:02:30.000Z', 5, 0],
  ]);
});

it('a stretch is the same in both directions', () => {
  const stretch = { from: '2026-11-27T14:00:00.000Z', to: '2026-11-27T14:02:00.000Z' };
  expect(stretchOf(bars, 0, 1)).toEqual(stretch);
  expect(stretchOf(bars, 1, 0)).toEqual(stretch);
  expect(stretchOf([], 0, 0)).toBeUndefined();
});

it('a pointer beside the chart is on its first or last bar', () => {
  expect([-5, 0, 99, 100, 299, 400].map((x) => barAt(x, 300, 3))).toEqual([0, 0, 0, 1, 2, 2]);
});

it('times are as long as their bars are short', () => {
  const of = (from: string, to: string) => whenOf({ from, to, requests: 0, failures: 0 }, 'utc');
  expect(of('2026-11-27T14:00:00Z', '2026-11-27T14:01:00Z')).toBe('14:00:00');
  expect(of('2026-11-27T14:00:00Z', '2026-11-27T15:00:00Z')).toBe('2026-11-27 14:00');
  expect(of('2026-11-27T00:00:00Z', '2026-11-28T00:00:00Z')).toBe('2026-11-27');
});

it.each([
  ['a minute', '2026-11-27T11:59:00Z', 'minute'],
  ['four hours', '2026-11-27T08:00:00Z', 'minute'],
  ['a day', '2026-11-26T12:00:00Z', 'hour'],
  ['a week', '2026-11-20T12:00:00Z', 'hour'],
  ['a week in which clocks go back', '2026-11-20T11:00:00Z', 'hour'],
  ['a month', '2026-10-27T12:00:00Z', 'day'],
  ['a year', '2025-11-27T12:00:00Z', 'week'],
  ['ten years', '2016-11-27T12:00:00Z', 'month'],
])('has for %s bars that are short, and few enough to be told apart', (_, from, unit) => {
  expect(barUnitFor({ from, to: '2026-11-27T12:00:00Z' })).toBe(unit);
});
