import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import type { ServedFacts } from '../http/served-request.js';

/** LiteLLM's clients send a key in the path of `/key/{key}/regenerate`. Every key of ours begins with `sk-`. */
const KEY_IN_PATH = /sk-[^/]+/gi;

/** Asked every few seconds by machines. */
const UNLOGGED = /^\/(health(\/|$)|metrics$)/i;

/** What of a URL may be written: no query, and no secret. */
export function loggedPath(url: string): string {
  const [path = ''] = url.split('?', 1);
  return path.replaceAll(KEY_IN_PATH, 'sk-...');
}

/**
 * One line for every request: what was asked, how it was answered and how long that took; of what was served also what its
 * log says. Never headers, bodies or transcripts. Probes and scrapes are left out.
 */
export function accessLog(logger: Logger): RequestHandler {
  // Its fields are named here, and none is a secret: looking for one in every line would cost more than the rest of it.
  const lines = logger.child({}, { redact: [] });
  return (request: Request, response: Response, next: NextFunction) => {
    // Routers cut the URL.
    const path = loggedPath(request.url);
    if (!UNLOGGED.test(path)) {
      const { requestId: id, method } = request;
      const startedAt = performance.now();
      response.once('close', () => {
        const responseTime = Math.round(performance.now() - startedAt);
        const { statusCode: status, writableFinished: isComplete } = response;
        const write = (log?: ServedFacts): void => {
          const level = status >= 500 || log?.status === 'failure' ? 'error' : 'info';
          const line = { req: { id, method, path }, res: { status }, responseTime, ...(log && { log }) };
          lines[level](line, isComplete ? 'request completed' : 'request aborted');
        };
        // The log of a request whose client has gone is made a moment after that.
        if (request.served) void request.served.then(write);
        else write();
      });
    }
    next();
  };
}
