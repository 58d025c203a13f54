import { bucketFor, fineBucketFor } from './bucket-for';
import { periodOf } from './period';

it.each([
  ['2026-11-27T10:00:00Z', 'minute'],
  ['2026-11-26T12:00:00Z', 'hour'],
  ['2026-11-01T00:00:00Z', 'day'],
  ['2026-01-01T00:00:00Z', 'week'],
  ['2017-01-01T00:00:00Z', 'month'],
])('from %s on it is by the %s', (from, bucket) => {
  const period = periodOf({ from, to: '2026-11-27T11:00:00Z' }, new Date('2026-11-27T12:00:00Z'), 'utc');
  expect(bucketFor(period)).toBe(bucket);
});

it.each([
  ['2026-11-27T10:00:00Z', 'minute'],
  ['2026-11-26T12:00:00Z', 'hour'],
  // A week, in which a clock may be set back.
  ['2026-11-20T10:00:00Z', 'hour'],
  ['2026-11-19T10:00:00Z', 'day'],
  ['2026-01-01T00:00:00Z', 'week'],
])('from %s on it is finely by the %s', (from, bucket) => {
  const period = periodOf({ from, to: '2026-11-27T11:00:00Z' }, new Date('2026-11-27T12:00:00Z'), 'utc');
  expect(fineBucketFor(period)).toBe(bucket);
});
