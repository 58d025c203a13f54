import fc from 'fast-check';
import { tile, withClosedDays } from './tiling.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** As the tiles are read: what is moved is taken from the bucket of the middle of its day. */
function countedIn(
  edges: readonly number[],
  moments: readonly number[],
  mayMove: boolean,
  closedDays: ReadonlySet<number>,
): number[] {
  const counts = edges.slice(1).map(() => 0);
  const bucketOf = (moment: number) => edges.findLastIndex((edge) => edge <= moment);
  const add = (moment: number, amount: number) => {
    const bucket = bucketOf(moment);
    // What is outside the range is only taken away.
    if (amount > 0 && (bucket < 0 || bucket >= counts.length)) return;
    counts[bucket] = (counts[bucket] ?? Number.NaN) + amount;
  };
  const middleOf = (moment: number) => Math.floor(moment / DAY) * DAY + DAY / 2;
  const startOf = {
    rows: (moment: number) => moment,
    hour: (moment: number) => floor(moment, HOUR),
    day: middleOf,
    closed: middleOf,
  };
  for (const { source, fromMs, toMs, isMoved } of withClosedDays(tile(edges, mayMove), closedDays)) {
    for (const moment of moments.filter((it) => it >= fromMs && it < toMs)) {
      add(startOf[source](moment), 1);
      if (isMoved) add(middleOf(moment), -1);
    }
  }
  return counts;
}

function floor(moment: number, length: number): number {
  return Math.floor(moment / length) * length;
}

/** Edges at whole days, hours, half hours and anywhere, within eight days. */
const edgesArbitrary = fc
  .uniqueArray(
    fc.oneof(
      fc.integer({ min: 0, max: 8 }).map((days) => days * DAY),
      fc.integer({ min: 0, max: 8 * 24 }).map((hours) => hours * HOUR),
      fc.integer({ min: 0, max: 8 * 48 }).map((halves) => (halves * HOUR) / 2),
      fc.integer({ min: 0, max: 8 * DAY }),
    ),
    { minLength: 2, maxLength: 12 },
  )
  .map((edges) => edges.toSorted((one, other) => one - other));

const momentsArbitrary = (edges: readonly number[]) =>
  fc.array(
    fc.oneof(
      fc.integer({ min: -DAY, max: 9 * DAY }),
      fc.constantFrom(...edges, ...edges.map((edge) => edge - 1), ...edges.map((edge) => floor(edge, HOUR))),
    ),
    { maxLength: 60 },
  );

const closedDaysArbitrary = fc
  .uniqueArray(fc.integer({ min: -1, max: 9 }))
  .map((days): ReadonlySet<number> => new Set(days.map((day) => day * DAY)));

it('counts every moment once, in its bucket', () => {
  const arbitrary = edgesArbitrary.chain((edges) =>
    fc.tuple(fc.constant(edges), momentsArbitrary(edges), fc.boolean(), closedDaysArbitrary),
  );
  fc.assert(
    fc.property(arbitrary, ([edges, moments, mayMove, closedDays]) => {
      const naive = edges
        .slice(1)
        .map((to, index) => moments.filter((it) => it >= (edges[index] ?? 0) && it < to).length);
      expect(countedIn(edges, moments, mayMove, closedDays)).toEqual(naive);
    }),
    { numRuns: 3000 },
  );
});

it('reads whole days and hours of the sums as such', () => {
  fc.assert(
    fc.property(edgesArbitrary, fc.boolean(), closedDaysArbitrary, (edges, mayMove, closedDays) => {
      for (const { source, fromMs, toMs } of withClosedDays(tile(edges, mayMove), closedDays)) {
        const grain = { rows: 1, hour: HOUR, day: DAY, closed: DAY }[source];
        expect([fromMs % grain, toMs % grain, fromMs < toMs]).toEqual([0, 0, true]);
        if (source !== 'closed' && source !== 'day') continue;
        for (let day = fromMs; day < toMs; day += DAY) expect(closedDays.has(day)).toBe(source === 'closed');
      }
    }),
  );
});

const told = (edges: readonly number[], mayMove: boolean) =>
  tile(edges, mayMove).map(
    ({ source, fromMs, toMs, isMoved }) => `${source} ${fromMs / HOUR}-${toMs / HOUR}${isMoved ? ' moved' : ''}`,
  );

it('reads days of UTC, and several of them, as one stretch', () => {
  expect(told([0, 24 * HOUR, 48 * HOUR, 72 * HOUR], true)).toEqual(['day 0-72']);
});

it('moves the smaller part of a day that an edge cuts', () => {
  // Midnights of UTC+2 and of UTC-5.
  expect(told([0, 22 * HOUR, 46 * HOUR, 48 * HOUR], true)).toEqual([
    'day 0-48',
    'hour 22-24 moved',
    'hour 46-48 moved',
  ]);
  expect(told([0, 5 * HOUR, 29 * HOUR, 48 * HOUR], true)).toEqual(['day 0-48', 'hour 0-5 moved', 'hour 24-29 moved']);
});

it('reads halves of hours from rows', () => {
  expect(told([0, 18.5 * HOUR, 24 * HOUR], true)).toEqual(['day 0-24', 'rows 18.5-19 moved', 'hour 19-24 moved']);
});

it('takes away what the range leaves out of a day, if that is the smaller part', () => {
  expect(told([1 * HOUR, 23.5 * HOUR], true)).toEqual(['day 0-24', 'hour 0-1 moved', 'rows 23.5-24 moved']);
  expect(told([0, 13 * HOUR], true)).toEqual(['day 0-24', 'hour 13-24 moved']);
  expect(told([0, 12 * HOUR], true)).toEqual(['hour 0-12']);
  expect(told([0, 13 * HOUR], false)).toEqual(['hour 0-13']);
});

it('moves nothing where it may not, or where several edges cut', () => {
  expect(told([0, 22 * HOUR, 48 * HOUR], false)).toEqual(['hour 0-24', 'day 24-48']);
  expect(told([0, 1 * HOUR, 2 * HOUR, 24 * HOUR], true)).toEqual(['hour 0-24']);
});

it('reads the ragged ends of a range from rows', () => {
  expect(told([0.5 * HOUR, 49.25 * HOUR], false)).toEqual([
    'rows 0.5-1',
    'rows 49-49.25',
    'hour 1-24',
    'hour 48-49',
    'day 24-48',
  ]);
  expect(told([0.25 * HOUR, 0.75 * HOUR], true)).toEqual(['rows 0.25-0.75']);
});

it('has nothing of an empty range', () => {
  expect(told([5, 5], true)).toEqual([]);
});
