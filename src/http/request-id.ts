import type { RequestHandler } from 'express';
import { v7 } from 'uuid';
import type { Clock } from './clock.js';

declare module 'express-serve-static-core' {
  interface Request {
    /** UUIDv7; answered as `x-request-id` and the id of the log. */
    requestId: string;
    /** When its headers had been read, on {@link Clock}. */
    receivedAtMs: number;
  }
}

/** First middleware: gives every request its time and its id, and says the id in the answer, whatever happens next. */
export function giveRequestId(clock: Pick<Clock, 'nowMs'>): RequestHandler {
  return (request, response, next) => {
    request.receivedAtMs = clock.nowMs();
    request.requestId = newRequestId();
    response.setHeader('x-request-id', request.requestId);
    next();
  };
}

/** A new request id: a UUIDv7, whose first 48 bits are its time, so that ids sort as their requests came. */
export function newRequestId(): string {
  return v7();
}

/** The time that is in a request id, to the millisecond. */
export function timeOf(id: string): Date {
  return new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16));
}

/** The smallest id that a request at this time can have: turns a range of time into a range of ids. */
export function firstIdAt(time: Date): string {
  return v7({ msecs: Math.max(time.getTime(), 0), seq: 0, random: new Uint8Array(16) });
}
