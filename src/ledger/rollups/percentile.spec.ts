import fc from 'fast-check';
import { RANGES, rangeBoundsMs } from './histogram.js';
import { PERCENTILE_ERROR, percentileMs } from './percentile.js';

function counted(values: readonly number[]): number[] {
  const counts = Array.from({ length: RANGES }, () => 0);
  for (const value of values) {
    const range = rangeBoundsMs.filter((bound) => bound <= value).length;
    counts[range] = (counts[range] ?? 0) + 1;
  }
  return counts;
}

it('is off by no more than it says', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 599_999 }), { minLength: 1, maxLength: 200 }),
      fc.constantFrom(50, 90, 95, 99),
      (values, percent) => {
        const exact = values.toSorted((one, other) => one - other)[Math.ceil((values.length * percent) / 100) - 1];
        const told = percentileMs(counted(values), percent) ?? Number.NaN;
        expect(Math.abs(told / (exact ?? 0) - 1)).toBeLessThanOrEqual(PERCENTILE_ERROR);
      },
    ),
  );
});

it('is off by little where much was counted', () => {
  const values = Array.from({ length: 10_000 }, (_, index) => 800 + index / 10);
  for (const percent of [50, 90, 95, 99]) {
    const exact = 800 + percent * 10;
    expect(Math.abs((percentileMs(counted(values), percent) ?? 0) / exact - 1)).toBeLessThan(0.05);
  }
});

it('knows nothing of nothing', () => {
  expect(percentileMs(counted([]), 95)).toBeNull();
});

it('tells less than a millisecond, and stops at ten minutes', () => {
  expect(percentileMs(counted([0, 0, 0]), 50)).toBe(0.5);
  expect(percentileMs(counted([5_000_000]), 50)).toBe(600_000);
});

it('says how wide the ranges are', () => {
  const widths = rangeBoundsMs.slice(1).map((bound, index) => bound / (rangeBoundsMs[index] ?? 0) - 1);
  expect(Math.max(...widths)).toBeLessThanOrEqual(PERCENTILE_ERROR);
  expect(Math.max(...widths)).toBeGreaterThan(PERCENTILE_ERROR - 0.01);
});
