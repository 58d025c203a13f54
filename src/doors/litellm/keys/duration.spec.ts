import { timeAfter } from './duration.js';

const now = new Date('2027-01-31T12:30:00.500Z');

it.each([
  ['30s', '2027-01-31T12:30:30.500Z'],
  ['30m', '2027-01-31T13:00:00.500Z'],
  ['30h', '2027-02-01T18:30:00.500Z'],
  ['30d', '2027-03-02T12:30:00.500Z'],
  ['2w', '2027-02-14T12:30:00.500Z'],
  ['1mo', '2027-02-28T12:30:00.500Z'],
  ['2mo', '2027-03-31T12:30:00.500Z'],
  ['13mo', '2028-02-29T12:30:00.500Z'],
  ['0s', '2027-01-31T12:30:00.500Z'],
])('%s from now is %s', (duration, end) => expect(timeAfter(duration, now).toISOString()).toBe(end));

it.each(['999999999w', '999999999mo', '99999mo'])('%s from now is no time that can be kept', (duration) => {
  expect(() => timeAfter(duration, now)).toThrow(/must end before the year 10000/);
});
