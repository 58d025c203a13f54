import { jest } from '@jest/globals';
import { systemClock } from './clock.js';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('systemClock', () => {
  it('fires once, when the time is up', () => {
    const [fire, startedAtMs] = [jest.fn(), systemClock.nowMs()];
    systemClock.startTimer(100, fire);
    jest.advanceTimersByTime(99);
    expect(fire).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(systemClock.nowMs() - startedAtMs).toBe(100);
    jest.advanceTimersByTime(1000);
    expect(fire).toHaveBeenCalledTimes(1);
  });

  it('does not fire when it was prevented, and keeps nothing', () => {
    const fire = jest.fn();
    const prevent = systemClock.startTimer(100, fire);
    prevent();
    expect(jest.getTimerCount()).toBe(0);
    jest.advanceTimersByTime(1000);
    expect(fire).not.toHaveBeenCalled();
  });
});
