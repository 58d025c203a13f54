import { isIP } from 'node:net';
import type { RequestHandler } from 'express';
import { ipMatcher, type IpMatcher } from '../config/ip-ranges.js';

declare module 'express-serve-static-core' {
  interface Request {
    /** The client's IP address, seen through trusted proxies; an IPv4 address is never written as IPv6. Empty = gone. */
    clientAddress: string;
    /** How the client speaks to the first of us, seen through trusted proxies. */
    clientScheme: 'http' | 'https';
  }
}

/**
 * Middleware that finds out who is calling, and whether by TLS. `X-Forwarded-For` is believed as far as trusted proxies have written
 * it: from the end, up to the first address that is none of theirs. So is `X-Forwarded-Proto`.
 * @param trustedProxies addresses and CIDR ranges, checked when the settings were read
 */
export function giveClientAddress(trustedProxies: readonly string[]): RequestHandler {
  const isTrusted = ipMatcher(trustedProxies);
  return (request, _response, next) => {
    const forwardedFor = String(request.headers['x-forwarded-for'] ?? '');
    const forwardedProto = String(request.headers['x-forwarded-proto'] ?? '');
    const { address, proxies } = findClient(request.socket.remoteAddress ?? '', forwardedFor, isTrusted);
    request.clientAddress = address;
    request.clientScheme = schemeOf(forwardedProto, proxies);
    next();
  };
}

/** Where a request comes from. */
interface Origin {
  /** The first address, from the connection's end of the chain, that no trusted proxy has. */
  readonly address: string;
  /** How many trusted proxies are between it and us. */
  readonly proxies: number;
}

/** Goes the chain back from the connection's end. */
export function findClient(remoteAddress: string, forwardedFor: string, isTrusted: IpMatcher): Origin {
  let address = withoutMapping(remoteAddress);
  // A trusted proxy that names nobody is one all the same.
  let proxies = isTrusted(address) ? 1 : 0;
  for (const [index, hop] of forwardedFor.split(',').toReversed().entries()) {
    const before = isTrusted(address) ? addressIn(hop.trim()) : undefined;
    if (before === undefined) break;
    address = before;
    proxies = index + 1;
  }
  return { address, proxies };
}

/**
 * What the outermost trusted proxy has written: proxies either add to the list or write it anew.
 * @param proxies how many of them are between the client and us
 */
export function schemeOf(forwardedProto: string, proxies: number): 'http' | 'https' {
  const written = proxies === 0 ? [] : forwardedProto.split(',').slice(-proxies);
  return written[0]?.trim().toLowerCase() === 'https' ? 'https' : 'http';
}

/** Some proxies add the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. Undefined for what is no address. */
function addressIn(hop: string): string | undefined {
  const bare = /^\[([^\]]*)\]/.exec(hop)?.[1] ?? /^([\d.]+):\d+$/.exec(hop)?.[1] ?? hop;
  return isIP(bare) === 0 ? undefined : withoutMapping(bare);
}

function withoutMapping(address: string): string {
  return address.toLowerCase().startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address;
}
