import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { json, type Request, type Response } from 'express';
import type { Observable } from 'rxjs';
import { toGatewayError } from '../errors/openai-error.filter.js';

/** Bodies of the admin API. */
const LIMIT = '1mb';

/**
 * Reads the JSON bodies of the admin API, whatever content type they claim; audio never passes through here. As an
 * interceptor it comes after the guard, so that nobody's body is read or judged before its sender is known.
 */
@Injectable()
export class JsonBodyInterceptor implements NestInterceptor {
  private readonly read = json({ limit: LIMIT, type: () => true });

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    if (/^\/admin\//i.test(request.path)) await this.parse(request, http.getResponse<Response>());
    return next.handle();
  }

  /** @throws GatewayError 400, 413 */
  private parse(request: Request, response: Response): Promise<void> {
    return new Promise((resolve, reject) => {
      this.read(request, response, (error?: unknown) => {
        if (error === undefined) resolve();
        else reject(toGatewayError(error, request));
      });
    });
  }
}
