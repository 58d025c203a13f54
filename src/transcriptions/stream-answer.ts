import { once } from 'node:events';
import type { Response } from 'express';
import type { GatewayError } from '../domain/errors.js';
import { DONE_EVENT, encodeErrorEvent, encodeEvent } from './formats/event-stream.js';

/** Writes server-sent events to a client no faster than it reads them. */
export class StreamAnswer {
  constructor(private readonly response: Response) {}

  /** Sends one event; the first one sends the status and the headers with it. */
  async send(data: string, signal: AbortSignal): Promise<void> {
    this.open();
    if (!this.response.write(encodeEvent(data))) await once(this.response, 'drain', { signal });
  }

  /** Ends a complete stream. */
  end(): void {
    this.open();
    this.response.end(DONE_EVENT);
  }

  /** Ends a broken stream: OpenAI's SDKs turn an error payload into an exception. */
  fail(error: GatewayError): void {
    this.response.end(encodeErrorEvent(error.toEnvelope()));
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
