import { monthsEndedBy } from './partition-months.js';

const NAMES = [
  'transcript_2026_11',
  'request_log_2026_11',
  'request_log_2026_09',
  'request_log_2026_10',
  'transcript_2025_12',
];
const monthsBefore = (moment: string) =>
  monthsEndedBy(new Date(moment), NAMES).map((month) => month.toISOString().slice(0, 10));

it.each([
  ['2026-11-15T00:00:00Z', ['2025-12-01', '2026-09-01', '2026-10-01']],
  ['2026-11-01T00:00:00Z', ['2025-12-01', '2026-09-01', '2026-10-01']],
  ['2026-10-31T23:59:59.999Z', ['2025-12-01', '2026-09-01']],
  ['2026-01-01T00:00:00Z', ['2025-12-01']],
  ['2025-12-31T23:59:59.999Z', []],
])('by %s the months %j have ended', (moment, months) => {
  expect(monthsBefore(moment)).toEqual(months);
});

it('takes nothing else for a month', () => {
  const names = [
    'request_log',
    'request_log_default',
    'request_log_2026',
    'request_log_2026_1',
    'request_log_2026_10_old',
  ];
  expect(monthsEndedBy(new Date('2030-01-01'), names)).toEqual([]);
});
