import type { Clock } from '../http/clock.js';
import type { RequestTrace, Stage } from '../http/request-trace.js';

/** The stages of one request, one after the other, as its trace is told of them. */
export class RequestStages {
  /** Where the request is, and since when. */
  private current: { readonly stage: Stage; readonly sinceMs: number } | undefined;

  /** @param trace absent where tracing is off */
  constructor(
    private readonly clock: Pick<Clock, 'nowMs'>,
    private readonly trace: Pick<RequestTrace, 'stage'> | undefined,
  ) {}

  enter(stage: Stage): void {
    this.current = { stage, sinceMs: this.clock.nowMs() };
  }

  /** @returns how long it took, in milliseconds; undefined where the request is not at that stage */
  leave(stage: Stage): number | undefined {
    return this.current?.stage === stage ? this.leaveCurrent() : undefined;
  }

  /** What was not finished is what the request ended at. */
  leaveAny(): void {
    this.leaveCurrent();
  }

  private leaveCurrent(): number | undefined {
    if (!this.current) return undefined;
    const { stage, sinceMs } = this.current;
    const nowMs = this.clock.nowMs();
    this.trace?.stage(stage, sinceMs, nowMs);
    this.current = undefined;
    return nowMs - sinceMs;
  }
}
