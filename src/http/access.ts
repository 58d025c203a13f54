import {
  applyDecorators,
  createParamDecorator,
  SetMetadata,
  UseInterceptors,
  type ExecutionContext,
} from '@nestjs/common';
import type { Request } from 'express';
import type { Caller } from '../domain/caller.js';
import type { Endpoint } from '../domain/endpoint.js';
import { JsonBodyInterceptor } from './admin/json-body.interceptor.js';

declare module 'express-serve-static-core' {
  interface Request {
    /** Set by the guard on routes of `api_key` and `client_token` access. */
    caller?: Caller;
    /** The bearer beside the caller's key, where it is no key of ours: perhaps the caller's own for a provider. */
    providerKey?: string;
  }
}

/**
 * Who may call a route: an administrator, any holder of a valid API key, also who has only a client token in its place, or
 * everybody. Each may do what those after it may. Beside them `metrics`: an administrator, or who has `METRICS_TOKEN`.
 */
export type Access = 'admin' | 'metrics' | 'api_key' | 'client_token' | 'public';

/** Which of the endpoints that a key may be limited to a route belongs to; `self` = what tells a key of itself, which every key may ask. */
export type RouteEndpoint = Endpoint | 'self';

/** Metadata key of a route's {@link Access}. */
export const ACCESS = 'auricle:access';
/** Metadata key of a route's {@link RouteEndpoint}. */
export const ENDPOINT = 'auricle:endpoint';

/**
 * Declares who may call a route. A route without it is refused to everybody: forgetting must not open a door. What administrators and
 * holders of a key alone may call has JSON as body. A route for keys says as well which endpoint it belongs to.
 */
export function AllowAccess(access: Exclude<Access, 'api_key' | 'client_token'>): ClassDecorator & MethodDecorator;
export function AllowAccess(
  access: 'api_key' | 'client_token',
  endpoint: RouteEndpoint,
): ClassDecorator & MethodDecorator;
export function AllowAccess(access: Access, endpoint?: RouteEndpoint): ClassDecorator & MethodDecorator {
  const hasJsonBody = access === 'admin' || access === 'api_key';
  return applyDecorators(
    SetMetadata(ACCESS, access),
    SetMetadata(ENDPOINT, endpoint),
    ...(hasJsonBody ? [UseInterceptors(JsonBodyInterceptor)] : []),
  );
}

/** Parameter decorator: the authenticated caller of an `api_key` or `client_token` route. */
export const AuthenticatedCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<Request>();
  if (!caller) throw new Error('AuthenticatedCaller used on a route that everybody may call, or administrators only');
  return caller;
});
