import type { NextFunction, Request, Response } from 'express';
import type { Caller } from '../domain/caller.js';
import { newRequestId } from './request-id.js';

declare module 'express-serve-static-core' {
  interface Request {
    /** UUIDv7; answered as `x-request-id` and the id of the ledger row. */
    requestId: string;
    /** Set by the guard. */
    caller?: Caller;
  }
}

/** First middleware: gives every request its id and says it in the answer, whatever happens next. */
export function requestFacts(request: Request, response: Response, next: NextFunction): void {
  request.requestId = newRequestId();
  response.setHeader('x-request-id', request.requestId);
  next();
}
