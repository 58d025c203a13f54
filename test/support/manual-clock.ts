import type { Clock } from '../../src/http/clock.js';
import type { ScriptedAnswer } from './simulator-answers.js';

/** Time that stands still until a test moves it. Begins at the time of day, so that it also serves where that is asked. */
export class ManualClock implements Clock {
  private now = Date.now();
  private readonly timers = new Set<{ readonly atMs: number; readonly fire: () => void }>();

  /** Milliseconds since the epoch. */
  readonly nowMs = (): number => this.now;

  readonly epochMs = this.nowMs;

  /** Timers that have neither fired nor been prevented. */
  get pendingTimers(): number {
    return this.timers.size;
  }

  /** How many of them would fire after exactly so many milliseconds, whatever others there are. */
  pendingIn(ms: number): number {
    return [...this.timers].filter(({ atMs }) => atMs === this.now + ms).length;
  }

  startTimer(afterMs: number, fire: () => void): () => void {
    const timer = { atMs: this.now + afterMs, fire };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  /** Lets time pass; timers fire in their order, those that they start as well. */
  advance(ms: number): void {
    const endMs = this.now + ms;
    for (let next = this.next(endMs); next; next = this.next(endMs)) {
      this.timers.delete(next);
      this.now = Math.max(this.now, next.atMs);
      next.fire();
    }
    this.now = endMs;
  }

  /**
   * Lets time pass, a tenth of a second in every turn of the event loop, until something has come of it: for timers that
   * are started at moments that a test cannot see.
   */
  async passUntil<T>(outcome: Promise<T>): Promise<T> {
    const NOT_YET = Symbol('nothing has come yet');
    const nextTurn = async () => {
      this.advance(100);
      await new Promise(setImmediate);
      return NOT_YET;
    };
    for (;;) {
      const come = await Promise.race([outcome, nextTurn()]);
      if (come !== NOT_YET) return await outcome;
    }
  }

  /** Scripts a provider that lets this much time pass once it has the whole request, and never answers. */
  silence(ms: number): ScriptedAnswer {
    return { run: () => this.advance(ms) };
  }

  private next(untilMs: number) {
    return [...this.timers].filter(({ atMs }) => atMs <= untilMs).toSorted((one, other) => one.atMs - other.atMs)[0];
  }
}
