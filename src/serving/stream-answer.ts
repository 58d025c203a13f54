import { once } from 'node:events';
import type { Response } from 'express';
import type { GatewayError } from '../domain/errors.js';
import type { Clock } from '../http/clock.js';
import { DONE_EVENT, encodeErrorEvent, encodeEvent, SIGN_OF_LIFE } from './server-sent-events.js';

/** By then most failures have come, which still get a status of their own. */
const FIRST_SILENCE_MS = 2_000;
/** Shorter than what proxies and clients take for a dead connection. */
const SILENCE_MS = 15_000;

/** Writes server-sent events to a client no faster than it reads them. To be disposed when the request ends. */
export class StreamAnswer implements Disposable {
  private preventSignOfLife = (): void => undefined;

  constructor(
    private readonly response: Response,
    private readonly clock: Clock,
  ) {}

  /**
   * From now on a comment line is sent whenever there has been nothing to send for a while; the first one sends the
   * status and the headers with it.
   */
  keepAlive(silenceMs = FIRST_SILENCE_MS): void {
    this.preventSignOfLife();
    this.preventSignOfLife = this.clock.startTimer(silenceMs, () => {
      this.open();
      // Who does not read has enough to read.
      if (!this.response.writableNeedDrain) this.response.write(SIGN_OF_LIFE);
      this.keepAlive(SILENCE_MS);
    });
  }

  /** Sends one event; the first one sends the status and the headers with it. */
  async send(data: string, signal: AbortSignal): Promise<void> {
    this.open();
    this.keepAlive(SILENCE_MS);
    if (!this.response.write(encodeEvent(data))) await once(this.response, 'drain', { signal });
  }

  /** Ends a complete stream. */
  end(): void {
    this.preventSignOfLife();
    this.open();
    this.response.end(DONE_EVENT);
  }

  /** Ends a broken stream: OpenAI's SDKs turn an error payload into an exception. */
  fail(error: GatewayError): void {
    this.preventSignOfLife();
    this.response.end(encodeErrorEvent(error.toEnvelope()));
  }

  [Symbol.dispose](): void {
    this.preventSignOfLife();
  }

  private open(): void {
    if (this.response.headersSent) return;
    this.response.status(200);
    this.response.setHeader('content-type', 'text/event-stream; charset=utf-8');
    this.response.setHeader('cache-control', 'no-cache');
    // nginx would otherwise collect the events.
    this.response.setHeader('x-accel-buffering', 'no');
  }
}
