import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { json, type Request, type Response } from 'express';
import type { Observable } from 'rxjs';
import { badRequest } from '../../domain/errors.js';
import { toGatewayError } from '../errors/openai-error.filter.js';

/** Of what an administrator or an application says. */
const LIMIT = '1mb';

/**
 * Reads the JSON body of a route, whatever content type it claims. As an interceptor it comes after the guard, so that nobody's body
 * is read or judged before its sender is known.
 */
@Injectable()
export class JsonBodyInterceptor implements NestInterceptor {
  private readonly read = json({ limit: LIMIT, type: () => true });

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    await this.parse(http.getRequest<Request>(), http.getResponse<Response>());
    return next.handle();
  }

  /** @throws GatewayError 400, 413 */
  private parse(request: Request, response: Response): Promise<void> {
    return new Promise((resolve, reject) => {
      this.read(request, response, (error?: unknown) => {
        if (error !== undefined) reject(toGatewayError(error, request));
        // A change without any field may be a mistake of the caller's client; `{}` says that nothing is meant.
        else if (request.method === 'PATCH' && !hasBody(request)) reject(badRequest('A JSON body is required'));
        else resolve();
      });
    });
  }
}

function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}
