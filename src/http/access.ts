import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { Caller } from '../domain/caller.js';

declare module 'express-serve-static-core' {
  interface Request {
    /** Set by the guard on routes of `api_key` access. */
    caller?: Caller;
  }
}

/** Who may call a route: an administrator, any holder of a valid API key, or everybody. */
export type Access = 'admin' | 'api_key' | 'public';

/** Metadata key of a route's {@link Access}. */
export const ACCESS = 'auricle:access';

/** Declares who may call a route. A route without it is refused to everybody: forgetting must not open a door. */
export const AllowAccess = (access: Access) => SetMetadata(ACCESS, access);

/** Parameter decorator: the authenticated caller of an `api_key` route. */
export const AuthenticatedCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<Request>();
  if (!caller) throw new Error('AuthenticatedCaller used on a route without api_key access');
  return caller;
});
