import { ClientGoneError } from '../domain/errors.js';

/** What a deadline needs to know of a response: whether its connection closed before everything was written. */
interface ResponseEnd {
  readonly writableFinished: boolean;
  once(event: 'close', listener: () => void): unknown;
}

/**
 * The one signal that every await under a request obeys. Its reason is a `TimeoutError` when the deadline has passed
 * and a {@link ClientGoneError} when the client hung up before the answer was complete.
 */
export class Deadline {
  private readonly controller = new AbortController();
  private readonly startedAtMs = performance.now();
  private timer: NodeJS.Timeout | undefined;
  private timeoutMs = Number.POSITIVE_INFINITY;

  constructor(response: ResponseEnd, timeoutMs: number) {
    this.move(timeoutMs);
    response.once('close', () => {
      clearTimeout(this.timer);
      if (!response.writableFinished) this.controller.abort(new ClientGoneError());
    });
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Milliseconds until the deadline; never negative. */
  get remainingMs(): number {
    return Math.max(this.timeoutMs - (performance.now() - this.startedAtMs), 0);
  }

  /** Sets the deadline to `timeoutMs` after the request's start, sooner or later than it was. */
  move(timeoutMs: number): void {
    clearTimeout(this.timer);
    this.timeoutMs = timeoutMs;
    if (this.signal.aborted) return;
    const pass = (): void =>
      this.controller.abort(new DOMException('The deadline of the request has passed', 'TimeoutError'));
    // A deadline that the upload alone has used up has passed now, not at the next turn of the event loop.
    if (this.remainingMs === 0) pass();
    else this.timer = setTimeout(pass, this.remainingMs);
  }
}
