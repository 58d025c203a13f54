import { BlockList, isIPv6 } from 'node:net';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { GatewayError } from '../domain/errors.js';

/**
 * Middleware that refuses every address but these, health probes excepted. An IPv4 address that arrives as IPv6
 * (`::ffff:10.0.0.1`) counts as IPv4.
 * @param allowed addresses and CIDR ranges, checked when the gateway file was read
 */
export function allowOnly(allowed: readonly string[]): RequestHandler {
  const list = new BlockList();
  for (const entry of allowed) {
    const [address = '', prefix] = entry.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return (request: Request, _: Response, next: NextFunction) => {
    const address = (request.socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/i, '');
    if (request.path.startsWith('/health/') || list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')) {
      next();
      return;
    }
    next(
      new GatewayError({ status: 403, message: 'Requests from this address are not allowed.', code: 'ip_not_allowed' }),
    );
  };
}
