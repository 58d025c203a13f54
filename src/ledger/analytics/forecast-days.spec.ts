import { dayAt, forecastDays, type ForecastAbout } from './forecast-days.js';
import { TimeZone } from '../../domain/time-zone.js';

function told(now: string, zoneName: string, about: ForecastAbout = { period: 'month' }) {
  const zone = new TimeZone(zoneName);
  const { fromMs, toMs, todayMs, history, coming } = forecastDays(about, zone, new Date(now));
  const date = (ms: number | undefined) => (ms === undefined ? undefined : dayAt(ms, zone).date);
  return {
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    today: date(todayMs),
    history: [date(history[0]), date(history.at(-1)), history.length],
    coming: [date(coming[0]), date(coming.at(-1)), coming.length],
  };
}

it.each<[string, Parameters<typeof told>, ReturnType<typeof told>]>([
  [
    'the middle of a month',
    ['2026-11-26T12:00:00Z', 'UTC'],
    {
      from: '2026-11-01T00:00:00.000Z',
      to: '2026-12-01T00:00:00.000Z',
      today: '2026-11-26',
      history: ['2026-10-29', '2026-11-25', 28],
      coming: ['2026-11-27', '2026-11-30', 4],
    },
  ],
  [
    'the last day of a leap February, where it is March in UTC',
    ['2028-03-01T04:00:00Z', 'America/New_York'],
    {
      from: '2028-02-01T05:00:00.000Z',
      to: '2028-03-01T05:00:00.000Z',
      today: '2028-02-29',
      history: ['2028-02-01', '2028-02-28', 28],
      coming: [undefined, undefined, 0],
    },
  ],
  [
    'a month in which clocks change',
    ['2026-10-20T12:00:00Z', 'Europe/Berlin'],
    {
      from: '2026-09-30T22:00:00.000Z',
      to: '2026-10-31T23:00:00.000Z',
      today: '2026-10-20',
      history: ['2026-09-22', '2026-10-19', 28],
      coming: ['2026-10-21', '2026-10-31', 11],
    },
  ],
  [
    'the first moment of a year',
    ['2026-12-31T23:00:00Z', 'Europe/Berlin'],
    {
      from: '2026-12-31T23:00:00.000Z',
      to: '2027-01-31T23:00:00.000Z',
      today: '2027-01-01',
      history: ['2026-12-04', '2026-12-31', 28],
      coming: ['2027-01-02', '2027-01-31', 30],
    },
  ],
  [
    'a month that is over',
    ['2026-11-26T12:00:00Z', 'UTC', { month: '2026-02' }],
    {
      from: '2026-02-01T00:00:00.000Z',
      to: '2026-03-01T00:00:00.000Z',
      today: '2026-11-26',
      history: ['2026-10-29', '2026-11-25', 28],
      coming: [undefined, undefined, 0],
    },
  ],
  [
    'a month to come',
    ['2026-11-26T12:00:00Z', 'Asia/Kolkata', { month: '2026-12' }],
    {
      from: '2026-11-30T18:30:00.000Z',
      to: '2026-12-31T18:30:00.000Z',
      today: '2026-11-26',
      history: ['2026-10-29', '2026-11-25', 28],
      coming: ['2026-12-01', '2026-12-31', 31],
    },
  ],
  [
    'a week in which clocks change',
    ['2026-10-22T23:30:00Z', 'Europe/Berlin', { period: 'week' }],
    {
      from: '2026-10-18T22:00:00.000Z',
      to: '2026-10-25T23:00:00.000Z',
      today: '2026-10-23',
      history: ['2026-09-25', '2026-10-22', 28],
      coming: ['2026-10-24', '2026-10-25', 2],
    },
  ],
  [
    'a day',
    ['2026-10-25T12:00:00Z', 'Europe/Berlin', { period: 'day' }],
    {
      from: '2026-10-24T22:00:00.000Z',
      to: '2026-10-25T23:00:00.000Z',
      today: '2026-10-25',
      history: ['2026-09-27', '2026-10-24', 28],
      coming: [undefined, undefined, 0],
    },
  ],
])('knows the days of %s', (_, asked, expected) => {
  expect(told(...asked)).toEqual(expected);
});
