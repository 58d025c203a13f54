import { periodBefore, periodOf } from './period';

const now = new Date('2026-11-27T14:00:00Z');

it('is the last 24 hours where an address says nothing', () => {
  expect(periodOf({}, now, 'utc')).toEqual({
    from: '2026-11-26T14:00:00.000Z',
    to: '2026-11-27T14:00:00.000Z',
    bucket: 'hour',
    name: '24h',
  });
});

it('begins months in the zone that is shown', () => {
  expect(periodOf({ period: 'last_month' }, now, 'utc')).toMatchObject({
    from: '2026-10-01T00:00:00.000Z',
    to: '2026-11-01T00:00:00.000Z',
    bucket: 'day',
  });
});

it('is what lies between two instants, and goes before a name', () => {
  const period = periodOf({ period: '7d', from: '2026-11-27T13:00:00Z', to: '2026-11-27T13:30:00Z' }, now, 'utc');
  expect(period).toMatchObject({ bucket: 'minute', name: undefined });
  expect(periodBefore(period)).toEqual({ from: '2026-11-27T12:30:00.000Z', to: '2026-11-27T13:00:00.000Z' });
});
