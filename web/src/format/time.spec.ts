import { formatAgo, formatClock, formatDay, formatInstant, formatTimeOfDay, formatWithOffset } from './time';

it('instants are written alike everywhere, in UTC where that is asked for', () => {
  expect(formatInstant('2026-11-27T23:02:11.240Z', 'utc')).toBe('2026-11-27 23:02:11');
  expect(formatTimeOfDay('2026-11-27T23:02:11.240Z', 'utc')).toBe('23:02:11.2');
  expect(formatWithOffset('2026-11-27T23:02:11.240Z', 'utc')).toBe('2026-11-27T23:02:11Z');
  expect(new Date(formatWithOffset('2026-11-27T23:02:11Z', 'local'))).toEqual(new Date('2026-11-27T23:02:11Z'));
  expect(formatDay('2026-11-27T23:59:59Z', 'utc')).toBe('2026-11-27');
});

it('ages say how long ago', () => {
  const now = new Date('2026-11-27T12:00:00Z');
  expect(formatAgo('2026-11-27T11:59:30Z', now)).toBe('just now');
  expect(formatAgo('2026-11-27T11:58:00Z', now)).toBe('2 min. ago');
  expect(formatAgo('2026-11-30T12:00:00Z', now)).toBe('in 3 days');
});

it('places in recordings have hours only where there are some', () => {
  expect([0, 191.4, 3723].map(formatClock)).toEqual(['00:00', '03:11', '1:02:03']);
});
