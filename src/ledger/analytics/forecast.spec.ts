import { forecastSpend, type SpentDay } from './forecast.js';

const USD = 1_000_000_000n;

/** Days in a row from a Monday. */
function days(count: number, spentUsd: (index: number) => number, requests = 1): SpentDay[] {
  return Array.from({ length: count }, (_, index) => ({
    date: `day ${index}`,
    weekday: (index + 1) % 7,
    spentNanoUsd: BigInt(Math.round(spentUsd(index) * 1e9)),
    requests,
  }));
}
const coming = (...weekdays: number[]) => weekdays.map((weekday) => ({ date: `coming ${weekday}`, weekday }));

it('carries on the mean of each weekday', () => {
  // Ten dollars from Monday to Friday, one on Saturdays and Sundays, without exception.
  const history = days(28, (index) => (index % 7 < 5 ? 10 : 1));
  const known = { history, spentNanoUsd: 100n * USD, comingDays: coming(5, 6, 0) };
  expect(forecastSpend(known)).toMatchObject({
    method: 'weekday_mean',
    days: [{ expectedNanoUsd: 10n * USD }, { expectedNanoUsd: USD }, { expectedNanoUsd: USD }],
    forecastNanoUsd: 112n * USD,
    lowNanoUsd: 112n * USD,
    highNanoUsd: 112n * USD,
  });
});

it('expects of today what is left of it, and no less than nothing', () => {
  const history = days(28, () => 10);
  const today = { date: 'today', weekday: 1, spentNanoUsd: 4n * USD, requests: 1 };
  const known = { history, spentNanoUsd: 4n * USD, today, comingDays: coming(2) };
  expect(forecastSpend(known)).toMatchObject({
    days: [{ date: 'today', expectedNanoUsd: 6n * USD }, { expectedNanoUsd: 10n * USD }],
    forecastNanoUsd: 20n * USD,
  });
  const dear = { ...today, spentNanoUsd: 40n * USD };
  expect(forecastSpend({ ...known, spentNanoUsd: 40n * USD, today: dear })).toMatchObject({
    forecastNanoUsd: 50n * USD,
  });
});

it('takes the mean of all days where there are less than two weeks', () => {
  const history = [...days(15, () => 0, 0), ...days(13, (index) => (index === 0 ? 13 : 0))];
  const { method, basis, forecastNanoUsd } = forecastSpend({ history, spentNanoUsd: 0n, comingDays: coming(1, 2) });
  expect([method, basis.length, forecastNanoUsd]).toEqual(['daily_mean', 13, 2n * USD]);
});

it('counts days without requests after the first one', () => {
  const history = [...days(1, () => 14), ...days(13, () => 0, 0)];
  const { method, basis } = forecastSpend({ history, spentNanoUsd: 0n, comingDays: coming(1) });
  expect([method, basis.length]).toEqual(['weekday_mean', 14]);
});

it('says how far days are from their mean', () => {
  // Mondays of 8 and 12: the mean is 10, the standard deviation of all days from their means 2 * sqrt(2 / 14).
  const history = days(14, (index) => (index === 0 ? 8 : index === 7 ? 12 : 5));
  const known = { history, spentNanoUsd: 3n * USD, comingDays: coming(1, 2, 3, 4) };
  const { forecastNanoUsd, lowNanoUsd, highNanoUsd } = forecastSpend(known);
  expect(forecastNanoUsd).toBe(28n * USD);
  const spread = 1.2816 * 2 * Math.sqrt(2 / 14) * 2;
  expect(Number(highNanoUsd) / 1e9).toBeCloseTo(28 + spread, 6);
  expect(Number(lowNanoUsd) / 1e9).toBeCloseTo(28 - spread, 6);
});

it('is never lower than what has been spent', () => {
  const history = days(14, (index) => (index === 0 ? 1000 : 0));
  const { lowNanoUsd } = forecastSpend({ history, spentNanoUsd: 7n * USD, comingDays: coming(2) });
  expect(lowNanoUsd).toBe(7n * USD);
});

it('knows a period that is over, and nothing of a period without any day before', () => {
  expect(forecastSpend({ history: [], spentNanoUsd: 5n, comingDays: [] })).toMatchObject({
    method: 'complete',
    forecastNanoUsd: 5n,
    lowNanoUsd: 5n,
    highNanoUsd: 5n,
  });
  expect(forecastSpend({ history: days(28, () => 0, 0), spentNanoUsd: 5n, comingDays: coming(1) })).toMatchObject({
    method: 'none',
    forecastNanoUsd: null,
    lowNanoUsd: null,
    highNanoUsd: null,
  });
});
