import { Inject, Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { json, type Request, type Response } from 'express';
import type { Observable } from 'rxjs';
import { GatewayError } from '../../domain/errors.js';
import { CLOCK, type Clock } from '../../http/clock.js';
import { toGatewayError } from '../../http/errors/openai-error.filter.js';

/** A key, and some JSON around it. */
const LIMIT = '8kb';
/** How long it may take to send. */
const PATIENCE_MS = 10_000;

/** Reads what somebody sends whom nobody knows yet: little, and not for long. */
@Injectable()
export class SignInBodyInterceptor implements NestInterceptor {
  private readonly read = json({ limit: LIMIT, type: () => true });

  constructor(@Inject(CLOCK) private readonly clock: Pick<Clock, 'startTimer'>) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    await this.parse(http.getRequest<Request>(), http.getResponse<Response>());
    return next.handle();
  }

  /** @throws GatewayError 400, 408, 413 */
  private parse(request: Request, response: Response): Promise<void> {
    return new Promise((resolve, reject) => {
      const cancel = this.clock.startTimer(PATIENCE_MS, () => reject(tooLate()));
      this.read(request, response, (error?: unknown) => {
        cancel();
        if (error === undefined) resolve();
        else reject(toGatewayError(error, request));
      });
    });
  }
}

function tooLate(): GatewayError {
  return new GatewayError({
    status: 408,
    message: 'The request did not arrive in time.',
    code: 'request_timeout',
  });
}
