import fc from 'fast-check';
import { bucketAfter, bucketBefore, bucketStart, bucketStarts, bucketUnits, type BucketUnit } from './buckets.js';
import { isTimeZone, TimeZone } from '../../domain/time-zone.js';

const iso = (ms: number) => new Date(ms).toISOString().replace(':00.000Z', 'Z');

function startsOf(unit: BucketUnit, zone: string, from: string, to: string): string[] {
  const range = { fromMs: Date.parse(from), toMs: Date.parse(to) };
  return bucketStarts(unit, new TimeZone(zone), range, 100).map(iso);
}

it.each<[string, BucketUnit, string, string, string, string[]]>([
  [
    'days of 23 hours',
    'day',
    'Europe/Berlin',
    '2026-03-28T00:00Z',
    '2026-03-30T22:00Z',
    ['2026-03-27T23:00Z', '2026-03-28T23:00Z', '2026-03-29T22:00Z'],
  ],
  [
    'days of 25 hours',
    'day',
    'America/New_York',
    '2026-10-31T04:00Z',
    '2026-11-02T06:00Z',
    ['2026-10-31T04:00Z', '2026-11-01T04:00Z', '2026-11-02T05:00Z'],
  ],
  [
    'days that begin at one, because midnight is left out',
    'day',
    'America/Santiago',
    '2026-09-05T12:00Z',
    '2026-09-07T12:00Z',
    ['2026-09-05T04:00Z', '2026-09-06T04:00Z', '2026-09-07T03:00Z'],
  ],
  [
    'days with two midnights',
    'day',
    'America/Havana',
    '2026-10-31T12:00Z',
    '2026-11-02T12:00Z',
    ['2026-10-31T04:00Z', '2026-11-01T04:00Z', '2026-11-02T05:00Z'],
  ],
  [
    'days beside one that a zone has left out',
    'day',
    'Pacific/Apia',
    '2011-12-29T12:00Z',
    '2012-01-01T00:00Z',
    ['2011-12-29T10:00Z', '2011-12-30T10:00Z', '2011-12-31T10:00Z'],
  ],
  [
    'hours that clocks show twice',
    'hour',
    'Europe/Berlin',
    '2026-10-24T23:30Z',
    '2026-10-25T02:30Z',
    ['2026-10-24T23:00Z', '2026-10-25T00:00Z', '2026-10-25T01:00Z', '2026-10-25T02:00Z'],
  ],
  [
    'hours of zones between the hours',
    'hour',
    'Asia/Kathmandu',
    '2026-10-24T23:30Z',
    '2026-10-25T01:30Z',
    ['2026-10-24T23:15Z', '2026-10-25T00:15Z', '2026-10-25T01:15Z'],
  ],
  [
    'hours where clocks go back by half an hour',
    'hour',
    'Australia/Lord_Howe',
    '2026-04-04T15:10Z',
    '2026-04-04T17:00Z',
    ['2026-04-04T14:00Z', '2026-04-04T15:30Z', '2026-04-04T16:30Z'],
  ],
  [
    'hours where clocks go forward by half an hour',
    'hour',
    'Australia/Lord_Howe',
    '2026-10-03T15:40Z',
    '2026-10-03T18:00Z',
    ['2026-10-03T14:30Z', '2026-10-03T16:00Z', '2026-10-03T17:00Z'],
  ],
  [
    'minutes',
    'minute',
    'UTC',
    '2026-02-28T23:58:30Z',
    '2026-03-01T00:00:00.001Z',
    ['2026-02-28T23:58Z', '2026-02-28T23:59Z', '2026-03-01T00:00Z'],
  ],
  [
    'weeks from Monday',
    'week',
    'UTC',
    '2026-11-26T12:00Z',
    '2026-12-08T00:00Z',
    ['2026-11-23T00:00Z', '2026-11-30T00:00Z', '2026-12-07T00:00Z'],
  ],
  [
    'months over a leap day',
    'month',
    'Asia/Kolkata',
    '2028-02-29T18:00Z',
    '2028-04-01T00:00Z',
    ['2028-01-31T18:30Z', '2028-02-29T18:30Z', '2028-03-31T18:30Z'],
  ],
  ['nothing of an empty range', 'day', 'UTC', '2026-01-01T00:00Z', '2026-01-01T00:00Z', ['2026-01-01T00:00Z'].slice(1)],
])('finds %s', (_, unit, zone, from, to, expected) => {
  expect(startsOf(unit, zone, from, to)).toEqual(expected);
});

it('stops at the limit', () => {
  expect(bucketStarts('minute', new TimeZone('UTC'), { fromMs: 0, toMs: 1e12 }, 7)).toHaveLength(7);
});

it('counts buckets back', () => {
  const now = Date.parse('2026-11-26T12:34:56Z');
  expect(iso(bucketBefore('month', new TimeZone('Europe/Berlin'), now, 11))).toBe('2025-11-30T23:00Z');
  expect(iso(bucketBefore('day', new TimeZone('UTC'), now, 0))).toBe('2026-11-26T00:00Z');
});

it('has every moment in one bucket, whatever the zone', () => {
  const zones = [
    'UTC',
    'Europe/Berlin',
    'America/St_Johns',
    'Australia/Lord_Howe',
    'Pacific/Apia',
    'America/Sao_Paulo',
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...bucketUnits),
      fc.constantFrom(...zones),
      fc.integer({ min: 0, max: Date.UTC(2060, 0) }),
      (unit, name, moment) => {
        const zone = new TimeZone(name);
        const start = bucketStart(unit, zone, moment);
        const next = bucketAfter(unit, zone, start);
        expect([start <= moment, moment < next]).toEqual([true, true]);
        expect(bucketStart(unit, zone, start)).toBe(start);
        expect(bucketStart(unit, zone, next - 1)).toBe(start);
        expect(bucketStart(unit, zone, next)).toBe(next);
      },
    ),
    { numRuns: 2000 },
  );
});

it('knows names of time zones, and nothing else', () => {
  for (const name of ['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5', 'Asia/Kolkata']) {
    expect([name, isTimeZone(name)]).toEqual([name, true]);
  }
  for (const name of ['', 'Berlin', '+05:30', 'Europe/Berlin\0', 'Europe/../Berlin', 'a'.repeat(1000), 'UTC+1']) {
    expect([name, isTimeZone(name)]).toEqual([name, false]);
  }
});
