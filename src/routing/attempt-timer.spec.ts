import { ManualClock } from '../../test/support/manual-clock.js';
import { AttemptTimer } from './attempt-timer.js';

let clock: ManualClock;
beforeEach(() => {
  clock = new ManualClock();
});

describe('AttemptTimer', () => {
  it('fires as a timeout when its time is up', () => {
    const timer = new AttemptTimer(new AbortController().signal, 100, clock);
    clock.advance(99);
    expect(timer.signal.aborted).toBe(false);
    clock.advance(1);
    expect(timer.signal.reason).toMatchObject({ name: 'TimeoutError', message: 'no answer within 100 ms' });
  });

  it('bounds silence, not length', () => {
    const timer = new AttemptTimer(new AbortController().signal, 100, clock);
    for (let count = 0; count < 5; count += 1) {
      clock.advance(90);
      expect(timer.silentMs).toBe(90);
      timer.restart();
    }
    expect(timer.signal.aborted).toBe(false);
    clock.advance(100);
    expect(timer.signal.aborted).toBe(true);
  });

  it('fires with the reason of the request', () => {
    const request = new AbortController();
    const timer = new AttemptTimer(request.signal, 100, clock);
    request.abort(new Error('the client has gone'));
    expect(timer.signal.reason).toMatchObject({ message: 'the client has gone' });
  });

  it('is no timeout when the attempt is abandoned', () => {
    const timer = new AttemptTimer(new AbortController().signal, 100, clock);
    timer.abandon();
    expect(timer.signal.reason).toMatchObject({ name: 'AbortError' });
    expect(clock.pendingTimers).toBe(0);
  });

  it('leaves no timer behind when it is stopped', () => {
    const timer = new AttemptTimer(new AbortController().signal, 100, clock);
    timer.stop();
    expect(clock.pendingTimers).toBe(0);
    expect(timer.signal.aborted).toBe(false);
  });
});
