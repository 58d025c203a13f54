import { setMaxListeners } from 'node:events';
import { Injectable } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { GatewayError } from '../domain/errors.js';

/** Counts requests in flight and, once told to drain, refuses new ones and tells when the last has ended. */
@Injectable()
export class Drain {
  private inFlight = 0;
  private readonly stopping = new AbortController();
  private onIdle: (() => void) | undefined;

  constructor() {
    // As many as there are answers that end with it.
    setMaxListeners(0, this.stopping.signal);
  }

  /** Whether the gateway is shutting down. */
  get isDraining(): boolean {
    return this.signal.aborted;
  }

  /** Aborted when the gateway begins to shut down: answers that never end by themselves end then. */
  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  /** Middleware: refuses work while draining. Health probes go on being answered so that they can say why. */
  readonly middleware = (request: Request, response: Response, next: NextFunction): void => {
    if (this.isDraining && !request.path.startsWith('/health')) {
      response.setHeader('connection', 'close');
      next(
        new GatewayError({
          status: 503,
          message: 'The gateway is shutting down. Please try again.',
          type: 'server_error',
          code: 'shutting_down',
          headers: { 'retry-after': '1' },
        }),
      );
      return;
    }
    this.inFlight += 1;
    response.once('close', () => {
      this.inFlight -= 1;
      if (this.inFlight === 0) this.onIdle?.();
    });
    next();
  };

  /** Refuses new requests from now on and resolves to true when the running ones have ended, false after `timeoutMs`. */
  async drain(timeoutMs: number): Promise<boolean> {
    this.stopping.abort();
    if (this.inFlight === 0) return true;
    return await new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(false), timeoutMs);
      this.onIdle = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }
}
