import { openAiDuration, windowStartMs } from './limit-window.js';

describe('the start of a window', () => {
  it.each([
    ['minute', '2026-11-27T23:59:59.999Z', '2026-11-27T23:59:00.000Z'],
    ['minute', '2026-11-28T00:00:00.000Z', '2026-11-28T00:00:00.000Z'],
    ['hour', '2026-11-27T23:59:59.999Z', '2026-11-27T23:00:00.000Z'],
    ['hour', '2026-11-28T00:00:00.000Z', '2026-11-28T00:00:00.000Z'],
    ['day', '2026-11-27T23:59:59.999Z', '2026-11-27T00:00:00.000Z'],
    ['day', '2026-11-28T00:00:00.000Z', '2026-11-28T00:00:00.000Z'],
    ['day', '2028-02-29T12:00:00.000Z', '2028-02-29T00:00:00.000Z'],
    // The clocks of Berlin are set back in this night, and days of UTC have 24 hours all the same.
    ['day', '2026-10-25T00:30:00.000Z', '2026-10-25T00:00:00.000Z'],
  ] as const)('of the %s of %s is %s', (window, moment, start) => {
    expect(new Date(windowStartMs(window, Date.parse(moment))).toISOString()).toBe(start);
  });
});

it.each([
  [0, '0ms'],
  [0.4, '1ms'],
  [120, '120ms'],
  [999.2, '1s'],
  [1000, '1s'],
  [59_500, '59.5s'],
  [60_000, '1m0s'],
  [360_000, '6m0s'],
  [3_599_999, '59m59.999s'],
  [3_600_000, '1h0m0s'],
  [86_399_000, '23h59m59s'],
  [86_400_000, '24h0m0s'],
  [-5, '0ms'],
])('%d ms is %s, as OpenAI says it', (ms, said) => expect(openAiDuration(ms)).toBe(said));
