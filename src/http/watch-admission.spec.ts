import { setImmediate as turn } from 'node:timers/promises';
import { ManualClock } from '../../test/support/manual-clock.js';
import { watchAdmission } from './watch-admission.js';

describe('watchAdmission', () => {
  it('asks every second, and tells once when the answer is no', async () => {
    const clock = new ManualClock();
    const answers = [true, true, false];
    let asked = 0;
    let refused = 0;
    watchAdmission(
      async () => answers[asked++] ?? false,
      clock,
      () => (refused += 1),
    );
    for (const expected of [0, 0, 1, 1]) {
      clock.advance(1_000);
      await turn();
      expect(refused).toBe(expected);
    }
    expect(asked).toBe(3);
  });

  it('neither asks nor tells when it has been ended', async () => {
    const clock = new ManualClock();
    let asked = 0;
    let refused = 0;
    const end = watchAdmission(
      async () => {
        asked += 1;
        return false;
      },
      clock,
      () => (refused += 1),
    );
    clock.advance(1_000);
    end();
    await turn();
    clock.advance(10_000);
    await turn();
    expect([asked, refused]).toEqual([1, 0]);
  });
});
