import { ClientGoneError, GatewayError } from '../domain/errors.js';
import type { Clock } from './clock.js';

/** What a deadline needs to know of a response: whether its connection closed before everything was written. */
interface ResponseEnd {
  readonly writableFinished: boolean;
  readonly closed: boolean;
  once(event: 'close', listener: () => void): unknown;
}

/**
 * The one signal that every await under a request obeys. Its reason is a `TimeoutError` when the deadline has passed
 * and a {@link ClientGoneError} when the client hung up before the answer was complete.
 */
export class Deadline {
  private readonly controller = new AbortController();
  private readonly startedAtMs: number;
  private preventPassing = (): void => undefined;
  private timeoutMs = Number.POSITIVE_INFINITY;

  constructor(
    response: ResponseEnd,
    timeoutMs: number,
    private readonly clock: Clock,
  ) {
    this.startedAtMs = clock.nowMs();
    this.move(timeoutMs);
    const end = (): void => {
      this.preventPassing();
      if (!response.writableFinished) this.controller.abort(new ClientGoneError());
    };
    // A client may have gone while its key was looked up, and will not close again.
    if (response.closed) end();
    else response.once('close', end);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Milliseconds until the deadline; never negative. */
  get remainingMs(): number {
    return Math.max(this.timeoutMs - (this.clock.nowMs() - this.startedAtMs), 0);
  }

  /** Sets the deadline to `timeoutMs` after the request's start, sooner or later than it was. */
  move(timeoutMs: number): void {
    this.preventPassing();
    this.timeoutMs = timeoutMs;
    if (this.signal.aborted) return;
    const pass = (): void =>
      this.controller.abort(new DOMException('The deadline of the request has passed', 'TimeoutError'));
    // A deadline that the upload alone has used up has passed now, not at the next turn of the event loop.
    if (this.remainingMs === 0) pass();
    else this.preventPassing = this.clock.startTimer(this.remainingMs, pass);
  }
}

/** 504: what the client of a request is told that did not end in time. */
export function deadlinePassed(): GatewayError {
  return new GatewayError({
    status: 504,
    message: 'The request did not end before its deadline.',
    type: 'server_error',
    code: 'timeout',
    headers: { 'x-should-retry': 'false' },
  });
}

const CLIENT_GONE = 'client_closed_request';

/** 499: what the ledger says of a client that has gone; nobody receives it. */
export function clientGone(): GatewayError {
  return new GatewayError({ status: 499, message: 'The client closed the connection', code: CLIENT_GONE });
}

/** Whether this is the error of {@link clientGone}. */
export function isClientGone(error: unknown): boolean {
  return error instanceof GatewayError && error.code === CLIENT_GONE;
}
