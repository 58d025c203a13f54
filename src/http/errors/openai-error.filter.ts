import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { badRequest, GatewayError } from '../../domain/errors.js';
import '../door.js';
import '../served-request.js';
import { unknownUrl } from './unknown-url.js';

/** The code of what nobody has foreseen. */
const INTERNAL_ERROR = 'internal_error';

/** Turns whatever was thrown into OpenAI's error envelope. What we did not foresee is a 500 that gives nothing away. */
@Catch()
export class OpenAiErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger(OpenAiErrorFilter.name);

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    const error = toGatewayError(thrown, request);
    if (error.code === INTERNAL_ERROR) {
      const err = request.keepsNothing ? wordless(error.cause) : error.cause;
      this.logger.error({ err, requestId: request.requestId }, 'unforeseen error');
    }
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    // What is not there today may be there tomorrow, also beside pages, whose files have a caching of their own.
    response.setHeader('cache-control', 'no-store');
    for (const [name, value] of Object.entries(error.headers)) response.setHeader(name, value);
    response.status(error.status).json(request.entrance?.door?.errorBody?.(error) ?? error.toEnvelope());
  }
}

/** What a fault is called and where it was, without its words. */
function wordless(thrown: unknown): { readonly type: string; readonly stack: readonly string[] } {
  const { name, stack = '' } = thrown instanceof Error ? thrown : new Error();
  return { type: name, stack: stack.split('\n').filter((line) => /^\s+at /.test(line)) };
}

/** Any thrown value as the error that the client will see. */
export function toGatewayError(thrown: unknown, request: Pick<Request, 'method' | 'path'>): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  if (isBodyParserError(thrown))
    return bodyParserErrors[thrown.type ?? '']?.() ?? badRequest('The request body cannot be read');
  if (thrown instanceof URIError) return badRequest('The URL is not valid percent-encoded UTF-8');
  if (thrown instanceof HttpException) return fromHttpException(thrown, request);
  return new GatewayError({
    status: 500,
    message: 'The gateway made a mistake while processing this request. It has been logged under the request id.',
    type: 'server_error',
    code: INTERNAL_ERROR,
    cause: thrown,
  });
}

function fromHttpException(exception: HttpException, request: Pick<Request, 'method' | 'path'>): GatewayError {
  const status = exception.getStatus();
  if (status === 404) return unknownUrl(request.method, request.path);
  return new GatewayError({
    status,
    message: exception.message,
    type: status >= 500 ? 'server_error' : 'invalid_request_error',
  });
}

/** Errors of express.json(), told apart by their `type`. */
const bodyParserErrors: Readonly<Record<string, () => GatewayError>> = {
  'entity.parse.failed': () => badRequest('The request body is not valid JSON', null, 'invalid_json'),
  'entity.too.large': () =>
    new GatewayError({ status: 413, message: 'The request body is too large', code: 'request_too_large' }),
  'encoding.unsupported': () => badRequest('The content encoding is not supported'),
  'charset.unsupported': () => badRequest('The request body must be UTF-8'),
};

/** What express.json() passes on: an error of the package http-errors. What zlib reports through it has no `type`. */
function isBodyParserError(thrown: unknown): thrown is { type?: string } {
  return typeof thrown === 'object' && thrown !== null && 'statusCode' in thrown && 'expose' in thrown;
}
