import * as fc from 'fast-check';
import { divideRounded, formatDecimal, formatUsd, parseDecimal, toUsd } from './money.js';

/** Dollars as the amounts of `formatUsd` and `toUsd`. */
const nanoUsdOf = (usd: string | number) => parseDecimal(usd, 9);

describe('parseDecimal, of dollars', () => {
  it.each([
    ['0', 0n],
    [0, 0n],
    ['1', 1_000_000_000n],
    ['0.006', 6_000_000n],
    [0.006, 6_000_000n],
    [0.1 + 0.2, 300_000_000n],
    ['2.5e-6', 2_500n],
    [2.5e-6, 2_500n],
    [1e-7, 100n],
    ['1E+3', 1_000_000_000_000n],
    [1e21, 1_000_000_000_000_000_000_000_000_000_000n],
    [' 12.50 ', 12_500_000_000n],
    ['0.0000000005', 1n],
    ['0.00000000049', 0n],
    ['9007199.254740993', 9_007_199_254_740_993n],
  ])('reads %p as %p nano-dollars', (amount, nanoUsd) => {
    expect(nanoUsdOf(amount)).toBe(nanoUsd);
  });

  it.each(['', ' ', '-1', '+1', '.5', '5.', '1,5', '0x10', '1e', '1e1000', 'NaN', '1 2', '$1', -0.01, NaN, Infinity])(
    'refuses %p',
    (amount) => {
      expect(() => nanoUsdOf(amount)).toThrow(RangeError);
    },
  );
});

describe('formatUsd', () => {
  it.each([
    [0n, '0'],
    [1n, '0.000000001'],
    [846_000n, '0.000846'],
    [1_000_000_000n, '1'],
    [12_500_000_000n, '12.5'],
    [-6_000_000n, '-0.006'],
    [-1_000_000_001n, '-1.000000001'],
  ])('writes %p nano-dollars as %p', (nanoUsd, text) => {
    expect(formatUsd(nanoUsd)).toBe(text);
  });

  it('writes what parseDecimal reads', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 30n }), (nanoUsd) => {
        expect(nanoUsdOf(formatUsd(nanoUsd))).toBe(nanoUsd);
      }),
    );
  });
});

describe('toUsd', () => {
  it('is exact to nine decimals below a million dollars', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 999_999_999_999_999n }), (nanoUsd) => {
        expect(nanoUsdOf(toUsd(nanoUsd))).toBe(nanoUsd);
      }),
    );
  });
});

describe('parseDecimal and formatDecimal', () => {
  it.each([
    ['1.5', 3, 1_500n],
    ['0.0000308333', 18, 30_833_300_000_000n],
    ['12.3456789', 6, 12_345_679n],
    ['7', 0, 7n],
    ['7.5', 0, 8n],
  ])('reads %p with %p decimals', (text, decimals, value) => {
    expect(parseDecimal(text, decimals)).toBe(value);
  });

  it('writes integers without a point when there are no decimals', () => {
    expect([formatDecimal(0n, 0), formatDecimal(120n, 0), formatDecimal(120n, 1)]).toEqual(['0', '120', '12']);
  });
});

describe('divideRounded', () => {
  it.each([
    [0n, 3n, 0n],
    [1n, 3n, 0n],
    [1n, 2n, 1n],
    [2n, 3n, 1n],
    [3n, 2n, 2n],
    [10n ** 40n, 10n ** 20n, 10n ** 20n],
  ])('divides %p by %p half up', (dividend, divisor, quotient) => {
    expect(divideRounded(dividend, divisor)).toBe(quotient);
  });
});
