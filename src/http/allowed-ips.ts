import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { ipMatcher } from '../config/ip-ranges.js';
import { GatewayError } from '../domain/errors.js';

/**
 * Middleware that refuses every address but these, health probes excepted. An IPv4 address that arrives as IPv6
 * (`::ffff:10.0.0.1`) counts as IPv4.
 * @param allowed addresses and CIDR ranges, checked when the settings were read
 */
export function allowOnly(allowed: readonly string[]): RequestHandler {
  const isAllowed = ipMatcher(allowed);
  return (request: Request, _: Response, next: NextFunction) => {
    if (request.path.startsWith('/health/') || isAllowed(request.clientAddress)) {
      next();
      return;
    }
    next(
      new GatewayError({ status: 403, message: 'Requests from this address are not allowed.', code: 'ip_not_allowed' }),
    );
  };
}
