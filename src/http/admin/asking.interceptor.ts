import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Observable } from 'rxjs';
import { askUntil } from '../../acting/asker.js';
import { clientGone } from '../deadline.js';

/** Has what a route of administrators asks be asked for as long as its client waits. What changes something goes on without it. */
@Injectable()
export class AskingInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const { method } = http.getRequest<Request>();
    if (method !== 'GET' && method !== 'HEAD') return next.handle();
    const response = http.getResponse<Response>();
    const left = new AbortController();
    const end = (): void => {
      if (!response.writableFinished) left.abort(clientGone());
    };
    // A client may have gone while its key was looked up, and will not close again.
    if (response.closed) end();
    else response.once('close', end);
    return askUntil(left.signal, () => next.handle());
  }
}
