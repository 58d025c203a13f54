import { EventEmitter } from 'node:events';
import { ManualClock } from '../../test/support/manual-clock.js';
import { Deadline } from './deadline.js';

let clock: ManualClock;
beforeEach(() => {
  clock = new ManualClock();
});

/** What a deadline sees of a response. */
class ResponseEnd extends EventEmitter {
  writableFinished = false;
  closed = false;
}

describe('Deadline', () => {
  it('passes when its time is up, counted from the start, sooner or later than it was', () => {
    const deadline = new Deadline(new ResponseEnd(), 1000, clock);
    clock.advance(400);
    deadline.move(2000);
    expect(deadline.remainingMs).toBe(1600);
    clock.advance(1599);
    expect(deadline.signal.aborted).toBe(false);
    clock.advance(1);
    expect(deadline.signal.reason).toMatchObject({ name: 'TimeoutError' });
    expect(deadline.remainingMs).toBe(0);
  });

  it('has passed at once when it is moved to before now', () => {
    const deadline = new Deadline(new ResponseEnd(), 1000, clock);
    clock.advance(400);
    deadline.move(300);
    expect(deadline.signal.reason).toMatchObject({ name: 'TimeoutError' });
    expect(clock.pendingTimers).toBe(0);
  });

  it('does not come back when it is moved after it has passed', () => {
    const deadline = new Deadline(new ResponseEnd(), 100, clock);
    clock.advance(100);
    deadline.move(1000);
    expect(deadline.signal.aborted).toBe(true);
    expect(clock.pendingTimers).toBe(0);
  });

  it('ends with the connection: a client that has not got everything has gone', () => {
    const response = new ResponseEnd();
    const deadline = new Deadline(response, 1000, clock);
    response.emit('close');
    expect(deadline.signal.reason).toMatchObject({ name: 'ClientGoneError' });
    expect(clock.pendingTimers).toBe(0);
  });

  it('ends at once when the connection had closed before it began', () => {
    const response = new ResponseEnd();
    response.closed = true;
    const deadline = new Deadline(response, 1000, clock);
    expect(deadline.signal.reason).toMatchObject({ name: 'ClientGoneError' });
    expect(clock.pendingTimers).toBe(0);
  });

  it('leaves nothing behind after a whole answer', () => {
    const response = new ResponseEnd();
    const deadline = new Deadline(response, 1000, clock);
    response.writableFinished = true;
    response.emit('close');
    expect(deadline.signal.aborted).toBe(false);
    expect(clock.pendingTimers).toBe(0);
  });
});
