import type { Clock } from '../http/clock.js';

/**
 * The signal of one attempt: the request's own, and a timeout of the attempt's. A stream restarts the timeout with every
 * event, so that it bounds silence rather than length.
 */
export class AttemptTimer {
  readonly signal: AbortSignal;
  private readonly controller = new AbortController();
  private preventTimeout = (): void => undefined;
  private waitingSinceMs = 0;

  constructor(
    requestSignal: AbortSignal,
    private readonly timeoutMs: number,
    private readonly clock: Clock,
  ) {
    this.signal = AbortSignal.any([requestSignal, this.controller.signal]);
    this.restart();
  }

  /** How long the provider has been silent: since the start or the latest restart. */
  get silentMs(): number {
    return this.clock.nowMs() - this.waitingSinceMs;
  }

  restart(): void {
    this.stop();
    this.waitingSinceMs = this.clock.nowMs();
    this.preventTimeout = this.clock.startTimer(this.timeoutMs, () => {
      this.controller.abort(new DOMException(`no answer within ${this.timeoutMs} ms`, 'TimeoutError'));
    });
  }

  stop(): void {
    this.preventTimeout();
  }

  /** Ends the attempt because another one has answered first. */
  abandon(): void {
    this.stop();
    this.controller.abort(new DOMException('another attempt has answered first', 'AbortError'));
  }
}
