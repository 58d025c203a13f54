import type { RequestHandler } from 'express';

/** Says in every answer which of several workers has given it. */
export function tellWorker(slot: number): RequestHandler {
  return (_request, response, next) => {
    response.setHeader('x-auricle-worker', String(slot));
    next();
  };
}
