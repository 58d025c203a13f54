import fc from 'fast-check';
import { v7 } from 'uuid';
import type { LimitCounters, LimitLine } from '../../../src/limits/limit-counters.js';
import { windows, windowStartMs, type LimitWindow } from '../../../src/limits/limit-window.js';
import { until } from '../../support/upload-server.js';

/** To come: Redis forgets by its own clock what is over. */
const MIDNIGHT = (Math.floor(Date.now() / windows.day) + 2) * windows.day;

/** Time as counters see it. */
export interface TestTime {
  nowMs: number;
}

/** One line of a limit. */
export function line(window: LimitWindow | 'place', most: number, amount = 1, counter: string = window): LimitLine {
  return { counter, window, most, amount };
}

/**
 * What holds of all counters.
 * @param open makes those of so many gateways that count together, in an empty place and by this time
 */
export function describeCountersContract(
  name: string,
  open: (time: TestTime, gateways: number) => Promise<readonly LimitCounters[]>,
): void {
  describe(`counters ${name}`, () => {
    async function one(time: TestTime): Promise<LimitCounters> {
      const [counters] = await open(time, 1);
      if (!counters) throw new Error('there are no counters');
      return counters;
    }
    async function take(counters: LimitCounters | undefined, lines: readonly LimitLine[], id = v7()) {
      const taken = await counters?.take({ id, lines });
      return taken && [taken.isRefused, ...taken.used];
    }

    it.each([
      ['minute', MIDNIGHT + windows.minute],
      ['hour', MIDNIGHT + windows.hour],
      ['day', MIDNIGHT],
    ] as const)('are full until the last millisecond of a %s, and empty with the next', async (window, endMs) => {
      const time = { nowMs: endMs - 30_000 };
      const counters = await one(time);
      const lines = [line(window, 2)];
      expect(await take(counters, lines)).toEqual([false, 1]);
      expect(await take(counters, lines)).toEqual([false, 2]);
      expect(await take(counters, lines)).toEqual([true, 2]);
      time.nowMs = endMs - 1;
      expect(await counters.take({ id: v7(), lines })).toEqual({ isRefused: true, used: [2], atMs: endMs - 1 });
      time.nowMs = endMs;
      expect(await counters.take({ id: v7(), lines })).toEqual({ isRefused: false, used: [1], atMs: endMs });
    });

    it('count nowhere where one of the lines has no room, and pass over lines that only ask', async () => {
      const counters = await one({ nowMs: MIDNIGHT });
      const both = [line('minute', 5), line('day', 1), line('hour', 1, 0), line('place', 5)];
      expect(await take(counters, both)).toEqual([false, 1, 1, 0, 1]);
      expect(await take(counters, both)).toEqual([true, 1, 1, 0, 1]);
      expect(await take(counters, [line('minute', 5, 0), line('place', 5, 0)])).toEqual([false, 1, 1]);
      expect(await take(counters, [line('minute', 5, 0), line('place', 5, 0)])).toEqual([false, 1, 1]);
    });

    it('count what many ask at once exactly, with lines in any order', async () => {
      const counters = await open({ nowMs: MIDNIGHT }, 2);
      const lines = [line('minute', 1000, 1, 'key'), line('day', 60, 1, 'team'), line('place', 500)];
      const answers = await Promise.all(
        Array.from({ length: 400 }, (_, index) =>
          take(counters[index % counters.length], index % 3 === 0 ? lines.toReversed() : lines),
        ),
      );
      expect(answers.filter((it) => it?.[0] === false)).toHaveLength(60);
      expect(
        await take(
          counters[0],
          lines.map((it) => ({ ...it, amount: 0 })),
        ),
      ).toEqual([false, 60, 60, 60]);
    });

    it('are given back what was taken of their window, never below nothing, and of no other', async () => {
      const time = { nowMs: MIDNIGHT };
      const counters = await one(time);
      const given = [{ counter: 'minute', startsMs: MIDNIGHT, amount: 5 }];
      await take(counters, [line('minute', 10, 8)]);
      await counters.giveBack([...given, { counter: 'gone', startsMs: MIDNIGHT, amount: 5 }]);
      expect(await take(counters, [line('minute', 10, 7)])).toEqual([false, 10]);
      await counters.giveBack([{ counter: 'minute', startsMs: MIDNIGHT, amount: 11 }]);
      expect(await take(counters, [line('minute', 10, 10)])).toEqual([false, 10]);
      time.nowMs += windows.minute;
      expect(await take(counters, [line('minute', 10, 9)])).toEqual([false, 9]);
      await counters.giveBack(given);
      expect(await take(counters, [line('minute', 10, 0)])).toEqual([false, 9]);
    });

    it('have a place free when its request has ended, and no other', async () => {
      const counters = await one({ nowMs: Date.now() });
      const enter = async (id: string) => (await counters.take({ id, lines: [line('place', 2)] })).isRefused;
      const [a, b, c, d] = [v7(), v7(), v7(), v7()] as const;
      expect([await enter(a), await enter(b), await enter(c)]).toEqual([false, false, true]);
      counters.leave(c);
      expect(await enter(d)).toBe(true);
      counters.leave(a);
      counters.leave(a);
      // It may be told behind the request's back.
      await until(async () => !(await enter(d)));
      expect(await enter(c)).toBe(true);
    });

    it('never let in more than a limit in any window, whatever comes in which order', async () => {
      const limit = fc.integer({ min: 1, max: 6 });
      const asking = fc.record({
        amount: fc.integer({ min: 1, max: 3 }),
        gateway: fc.nat(1),
        // Twelve of them are shorter than a place lasts that nobody renews, and midnight is among them.
        afterMs: fc.nat(1600),
        leaves: fc.boolean(),
      });
      const mosts = fc.record({ minute: limit, day: limit, place: limit });
      await fc.assert(
        fc.asyncProperty(mosts, fc.array(asking, { maxLength: 12 }), async (most, asked) => {
          const time = { nowMs: MIDNIGHT - 5000 };
          const gateways = await open(time, 2);
          const sums = new Map<string, number>();
          const running: { readonly id: string; readonly counters: LimitCounters | undefined }[] = [];
          for (const { amount, gateway, afterMs, leaves } of asked) {
            time.nowMs += afterMs;
            const [left] = leaves ? running.splice(0, 1) : [];
            left?.counters?.leave(left.id);
            const lines = [
              line('minute', most.minute, amount),
              line('day', most.day, amount),
              line('place', most.place),
            ];
            const rivals = [gateway, 1 - gateway].map((it) => ({ id: v7(), counters: gateways[it % gateways.length] }));
            const answers = await Promise.all(rivals.map(({ id, counters }) => take(counters, lines, id)));
            for (const [index, rival] of rivals.entries()) {
              if (answers[index]?.[0] !== false) continue;
              running.push(rival);
              for (const window of ['minute', 'day'] as const) {
                const key = `${window} ${windowStartMs(window, time.nowMs)}`;
                sums.set(key, (sums.get(key) ?? 0) + amount);
                expect(sums.get(key)).toBeLessThanOrEqual(most[window]);
              }
            }
            expect(running.length).toBeLessThanOrEqual(most.place);
          }
        }),
        { numRuns: 25 },
      );
    });
  });
}
