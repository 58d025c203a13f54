import { SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import {
  ATTR_CLIENT_ADDRESS,
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_URL_PATH,
  ATTR_URL_SCHEME,
  ATTR_USER_AGENT_ORIGINAL,
} from '@opentelemetry/semantic-conventions';
import type { Request, RequestHandler, Response } from 'express';
import type { Clock } from '../http/clock.js';
import { loggedPath } from '../process-log/access-log.js';
import { contextOf, RequestSpans } from './request-spans.js';

/**
 * Middleware: gives every request but probes its span, from its headers to the end of its answer. Comes after the request has
 * its id, its time and its client's address.
 */
export function traceRequests(tracer: Tracer, clock: Pick<Clock, 'nowMs'>): RequestHandler {
  return (request, response, next) => {
    if (!request.path.startsWith('/health')) begin(tracer, clock, request, response);
    next();
  };
}

function begin(tracer: Tracer, clock: Pick<Clock, 'nowMs'>, request: Request, response: Response): void {
  const { method, headers, receivedAtMs, requestId, clientAddress } = request;
  const parent = contextOf(headers);
  const attributes = {
    [ATTR_HTTP_REQUEST_METHOD]: method,
    [ATTR_URL_SCHEME]: request.protocol,
    [ATTR_URL_PATH]: loggedPath(request.url),
    [ATTR_CLIENT_ADDRESS]: clientAddress || undefined,
    [ATTR_USER_AGENT_ORIGINAL]: headers['user-agent'],
    'auricle.request_id': requestId,
  };
  const span = tracer.startSpan(method, { kind: SpanKind.SERVER, startTime: receivedAtMs, attributes }, parent);
  request.trace = new RequestSpans(tracer, span, parent);
  response.once('close', () => {
    const { statusCode, writableFinished } = response;
    const route = routeOf(request);
    if (route !== undefined) span.updateName(`${method} ${route}`).setAttribute(ATTR_HTTP_ROUTE, route);
    // 499: nobody has received what else it says.
    const status = writableFinished ? statusCode : 499;
    span.setAttribute(ATTR_HTTP_RESPONSE_STATUS_CODE, status);
    if (status >= 500) span.setAttribute(ATTR_ERROR_TYPE, String(status)).setStatus({ code: SpanStatusCode.ERROR });
    span.end(clock.nowMs());
  });
}

/** The pattern that has matched; undefined where none has. */
function routeOf(request: Request): string | undefined {
  const path: unknown =
    typeof request.route === 'object' && request.route !== null ? Reflect.get(request.route, 'path') : undefined;
  return typeof path === 'string' ? path : undefined;
}
