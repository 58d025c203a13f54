import fc from 'fast-check';
import type { LimitLine } from './limit-counters.js';
import { windows, windowStartMs, type LimitWindow } from './limit-window.js';
import { MemoryCounters } from './memory-counters.js';

const MIDNIGHT = Date.UTC(2026, 10, 28);

function line(window: LimitWindow | 'place', most: number, amount = 1, counter: string = window): LimitLine {
  return { counter, window, most, amount };
}

function counters(startMs = MIDNIGHT - windows.hour / 2) {
  const clock = { nowMs: startMs };
  return { clock, counters: new MemoryCounters(() => clock.nowMs) };
}

describe.each([
  ['minute', MIDNIGHT + windows.minute],
  ['hour', MIDNIGHT + windows.hour],
  ['day', MIDNIGHT],
] as const)('a limit in a %s', (window, endMs) => {
  it('is full until its last millisecond, and empty with the next window', () => {
    const { clock, counters: limits } = counters(endMs - 30_000);
    const take = () => limits.take({ id: 'r', lines: [line(window, 2)] });
    expect([take(), take(), take()].map(({ isRefused }) => isRefused)).toEqual([false, false, true]);
    clock.nowMs = endMs - 1;
    expect(take()).toEqual({ isRefused: true, used: [2], atMs: endMs - 1 });
    clock.nowMs = endMs;
    expect(take()).toEqual({ isRefused: false, used: [1], atMs: endMs });
  });

  it('stays full when the clock is set back by a little', () => {
    const { clock, counters: limits } = counters(endMs);
    limits.take({ id: 'r', lines: [line(window, 1)] });
    clock.nowMs = endMs - 5;
    expect(limits.take({ id: 'r', lines: [line(window, 1)] })).toEqual({ isRefused: true, used: [1], atMs: endMs });
  });
});

it('counts nowhere where one of the lines has no room', () => {
  const { counters: limits } = counters();
  const both = [line('minute', 5), line('day', 1, 1)];
  limits.take({ id: 'a', lines: both });
  expect(limits.take({ id: 'b', lines: both })).toMatchObject({ isRefused: true, used: [1, 1] });
  expect(limits.take({ id: 'c', lines: [line('minute', 5, 0)] }).used).toEqual([1]);
});

it('frees the places of a request that has ended, and of no other', () => {
  const { counters: limits } = counters();
  const enter = (id: string) => limits.take({ id, lines: [line('place', 2)] }).isRefused;
  expect(['a', 'b', 'c'].map(enter)).toEqual([false, false, true]);
  limits.leave('c');
  expect(enter('d')).toBe(true);
  limits.leave('a');
  limits.leave('a');
  expect(['e', 'f'].map(enter)).toEqual([false, true]);
});

it('gives back to the window that it was taken of', () => {
  const { clock, counters: limits } = counters(MIDNIGHT);
  const lines = [line('minute', 10, 8)];
  limits.take({ id: 'a', lines });
  limits.giveBack([{ counter: 'minute', startsMs: MIDNIGHT, amount: 8 }]);
  expect(limits.take({ id: 'b', lines }).used).toEqual([8]);
  clock.nowMs += windows.minute;
  limits.take({ id: 'c', lines });
  limits.giveBack([{ counter: 'minute', startsMs: MIDNIGHT, amount: 8 }]);
  expect(limits.take({ id: 'd', lines })).toMatchObject({ isRefused: true, used: [8] });
});

it('forgets windows that are over', () => {
  const { clock, counters: limits } = counters(MIDNIGHT);
  for (let index = 0; index < 100; index += 1) {
    limits.take({ id: 'a', lines: [line('minute', 10, 1, `key ${index}`)] });
  }
  expect(limits.uncounted.counts).toHaveLength(100);
  clock.nowMs += 2 * windows.minute;
  limits.take({ id: 'a', lines: [line('minute', 10)] });
  expect(limits.uncounted.counts).toHaveLength(1);
});

it('never lets in more than a limit in any window, whatever comes in which order', () => {
  const limit = fc.integer({ min: 1, max: 5 });
  const step = fc.oneof(
    fc.record({ kind: fc.constant('take' as const), id: fc.nat(9), amount: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ kind: fc.constant('leave' as const), id: fc.nat(9) }),
    fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(90_000) }),
  );
  fc.assert(
    fc.property(fc.record({ minute: limit, day: limit, place: limit }), fc.array(step), (most, steps) => {
      const { clock, counters: limits } = counters(MIDNIGHT - 120_000);
      const sums = new Map<string, number>();
      const running = new Set<string>();
      for (const [index, it] of steps.entries()) {
        if (it.kind === 'wait') clock.nowMs += it.ms;
        if (it.kind === 'leave') {
          const [left] = [...running].filter((id) => id.startsWith(`${it.id} `));
          if (left === undefined) continue;
          limits.leave(left);
          running.delete(left);
        }
        if (it.kind !== 'take') continue;
        const id = `${it.id} ${index}`;
        const lines = [
          line('minute', most.minute, it.amount),
          line('day', most.day, it.amount),
          line('place', most.place),
        ];
        const inWindows = (['minute', 'day'] as const).map((window) => {
          const key = `${window} ${windowStartMs(window, clock.nowMs)}`;
          return { key, sum: (sums.get(key) ?? 0) + it.amount, most: most[window] };
        });
        const fits = inWindows.every((one) => one.sum <= one.most) && running.size < most.place;
        expect(limits.take({ id, lines }).isRefused).toBe(!fits);
        if (!fits) continue;
        running.add(id);
        for (const { key, sum } of inWindows) sums.set(key, sum);
      }
    }),
  );
});
