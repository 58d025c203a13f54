/** Time as the deadlines of requests and of attempts see it, and the time of day. */
export interface Clock {
  /** Milliseconds since some moment; never goes back. */
  nowMs(): number;
  /** Milliseconds since 1970; goes back when somebody sets the machine's clock. */
  epochMs(): number;
  /**
   * Calls `fire` once, `afterMs` milliseconds from now.
   * @returns what prevents it
   */
  startTimer(afterMs: number, fire: () => void): () => void;
}

/** Injection token of {@link Clock}. */
export const CLOCK = Symbol('CLOCK');

/** Real time. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  epochMs: () => Date.now(),
  startTimer: (afterMs, fire) => {
    const timer = setTimeout(fire, afterMs);
    return () => clearTimeout(timer);
  },
};
