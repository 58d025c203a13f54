import { isIP } from 'node:net';
import type { RequestHandler } from 'express';
import { ipMatcher, type IpMatcher } from '../config/ip-ranges.js';

declare module 'express-serve-static-core' {
  interface Request {
    /** The client's IP address, seen through trusted proxies; an IPv4 address is never written as IPv6. Empty = gone. */
    clientAddress: string;
  }
}

/**
 * Middleware that finds out who is calling. `X-Forwarded-For` is believed as far as trusted proxies have written it: from
 * the end, up to the first address that is none of theirs.
 * @param trustedProxies addresses and CIDR ranges, checked when the settings were read
 */
export function giveClientAddress(trustedProxies: readonly string[]): RequestHandler {
  const isTrusted = ipMatcher(trustedProxies);
  return (request, _response, next) => {
    const forwardedFor = String(request.headers['x-forwarded-for'] ?? '');
    request.clientAddress = findClient(request.socket.remoteAddress ?? '', forwardedFor, isTrusted);
    next();
  };
}

/** The first address, from the connection's end of the chain, that no trusted proxy has. */
export function findClient(remoteAddress: string, forwardedFor: string, isTrusted: IpMatcher): string {
  let address = withoutMapping(remoteAddress);
  for (const hop of forwardedFor.split(',').toReversed()) {
    const before = isTrusted(address) ? addressIn(hop.trim()) : undefined;
    if (before === undefined) break;
    address = before;
  }
  return address;
}

/** Some proxies add the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. Undefined for what is no address. */
function addressIn(hop: string): string | undefined {
  const bare = /^\[([^\]]*)\]/.exec(hop)?.[1] ?? /^([\d.]+):\d+$/.exec(hop)?.[1] ?? hop;
  return isIP(bare) === 0 ? undefined : withoutMapping(bare);
}

function withoutMapping(address: string): string {
  return address.toLowerCase().startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address;
}
