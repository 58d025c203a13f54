import type { Response } from 'express';
import { ClientGoneError } from '../domain/errors.js';

/**
 * The one signal that every await under a request obeys. Its reason is a `TimeoutError` when the deadline has passed
 * and a {@link ClientGoneError} when the client hung up before the answer was complete.
 */
export function requestSignal(response: Response, timeoutMs: number): AbortSignal {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort(new DOMException('The deadline of the request has passed', 'TimeoutError'));
  }, timeoutMs);
  response.once('close', () => {
    clearTimeout(timer);
    if (!response.writableFinished) controller.abort(new ClientGoneError());
  });
  return controller.signal;
}
