import type { Attempt, AttemptTimes } from '../domain/attempt.js';
import type { Clock } from '../http/clock.js';
import type { CallObserver } from '../providers/call-observer.js';
import type { Occasion } from './execution.js';

/** Takes the times of one attempt, which starts when this is made. */
export class CallTimes implements CallObserver, AttemptTimes {
  readonly startedAtMs: number;
  answeredAtMs: number | undefined;
  endedAtMs: number;
  url: string | undefined;
  private firstByteAtMs: number | undefined;

  /** @param headers what goes with its requests */
  constructor(
    private readonly clock: Pick<Clock, 'nowMs'>,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    this.startedAtMs = clock.nowMs();
    this.endedAtMs = this.startedAtMs;
  }

  onRequest(url: string): void {
    this.url ??= url;
  }

  onResponse(): void {
    this.firstByteAtMs ??= this.clock.nowMs();
  }

  /** A whole answer is there. */
  onAnswer(): void {
    this.answeredAtMs = this.clock.nowMs();
  }

  /** The attempt has ended. @returns its times as a log keeps them */
  end({ waitedMs, isHedge }: Occasion): Pick<Attempt, 'latency_ms' | 'waited_ms' | 'first_byte_ms' | 'hedge'> {
    this.endedAtMs = this.clock.nowMs();
    const { startedAtMs, firstByteAtMs } = this;
    return {
      latency_ms: Math.round(this.endedAtMs - startedAtMs),
      waited_ms: Math.round(waitedMs),
      first_byte_ms: firstByteAtMs === undefined ? null : Math.round(firstByteAtMs - startedAtMs),
      hedge: isHedge,
    };
  }
}
