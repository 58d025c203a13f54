import { daysUntil, stageOf } from './retirement-alerts.js';

it.each([
  ['2027-06-30', '2027-06-29T23:59:59Z', 1],
  ['2027-06-30', '2027-06-29T00:00:00Z', 1],
  ['2027-06-30', '2027-06-28T23:59:59Z', 2],
  ['2027-06-30', '2027-06-30T00:00:00Z', 0],
  ['2027-06-30', '2027-07-02T12:00:00Z', -2],
  ['2028-03-01', '2028-02-28T12:00:00Z', 2],
])('counts the days until %s at %s as %i', (date, now, days) => {
  expect(daysUntil(date, new Date(now))).toBe(days);
});

it.each([
  [91, undefined],
  [90, 90],
  [31, 90],
  [30, 30],
  [8, 30],
  [7, 7],
  [2, 7],
  [1, 1],
  [0, 0],
  [-400, 0],
])('tells it %i days before at the stage %p', (days, stage) => {
  expect(stageOf(days)).toBe(stage);
});
