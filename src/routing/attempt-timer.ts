/**
 * The signal of one attempt: the request's own, and a timeout of the attempt's. A stream restarts the timeout with every
 * event, so that it bounds silence rather than length.
 */
export class AttemptTimer {
  readonly signal: AbortSignal;
  private readonly controller = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private waitingSinceMs = performance.now();

  constructor(
    requestSignal: AbortSignal,
    private readonly timeoutMs: number,
  ) {
    this.signal = AbortSignal.any([requestSignal, this.controller.signal]);
    this.restart();
  }

  /** How long the provider has been silent: since the start or the latest restart. */
  get silentMs(): number {
    return performance.now() - this.waitingSinceMs;
  }

  restart(): void {
    clearTimeout(this.timer);
    this.waitingSinceMs = performance.now();
    this.timer = setTimeout(() => {
      this.controller.abort(new DOMException(`no answer within ${this.timeoutMs} ms`, 'TimeoutError'));
    }, this.timeoutMs);
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  /** Ends the attempt because another one has answered first. */
  abandon(): void {
    this.stop();
    this.controller.abort(new DOMException('another attempt has answered first', 'AbortError'));
  }
}
