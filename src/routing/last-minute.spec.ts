import { LastMinute } from './last-minute.js';

describe('LastMinute', () => {
  it('forgets what is a minute old, and keeps exact sums however many there were', () => {
    const minute = new LastMinute();
    for (let at = 0; at < 100_000; at += 10) {
      minute.moveTo(at);
      minute.add(at, 0.1);
    }
    minute.moveTo(99_990);
    expect(minute.requests).toBe(6000);
    expect(minute.audioSeconds).toBe(600);
    expect(minute.nextEndMs).toBe(100_000);
    minute.moveTo(200_000);
    expect([minute.requests, minute.audioSeconds, minute.nextEndMs]).toEqual([0, 0, undefined]);
  });

  it('takes an unknown length for any, until it is told or over', () => {
    const minute = new LastMinute();
    const [told, never] = [minute.add(0, undefined), minute.add(1000, undefined)];
    minute.tell(told, 5);
    expect(minute.audioSeconds).toBe(Number.POSITIVE_INFINITY);
    minute.moveTo(61_000);
    expect([minute.requests, minute.audioSeconds]).toEqual([0, 0]);
    minute.tell(never, 7);
    minute.tell(told, 9);
    minute.add(61_000, 3);
    minute.tell(never, 7);
    expect([minute.requests, minute.audioSeconds]).toEqual([1, 3]);
  });
});
