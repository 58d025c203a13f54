import { isIPv4 } from 'node:net';
import { ipMatcher } from '../../config/ip-ranges.js';

/** What IANA has given out for the internet; everything else of IPv6 is special in some way. */
const isGlobalUnicastV6 = ipMatcher(['2000::/3']);

/**
 * What lies in IPv4, or there, and yet is not the public's. Sources: IANA's registries of special-purpose addresses
 * (RFC 6890 and its successors), of IPv4 multicast and of IPv6 unicast.
 */
const isSpecial = ipMatcher([
  '0.0.0.0/8', // this network
  '10.0.0.0/8', // private
  '100.64.0.0/10', // carrier-grade NAT
  '127.0.0.0/8', // loopback
  '168.63.129.16', // Azure's metadata and DNS service, though the address is a public one
  '169.254.0.0/16', // link-local, and so cloud metadata
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // 6to4 relays
  '192.168.0.0/16', // private
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, and broadcast
  '2001::/23', // protocol assignments: Teredo, benchmarks, ORCHID
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4, which stands for IPv4 addresses
  '3fff::/20', // documentation
]);

/**
 * Whether an IP address belongs to a host on the public internet. False for private, loopback, link-local (and so cloud
 * metadata), unique local, carrier-grade NAT, multicast, reserved and documentation addresses, for IPv6 addresses that
 * stand for IPv4 ones, and for what is no address.
 */
export function isPublicAddress(address: string): boolean {
  return (isIPv4(address) || isGlobalUnicastV6(address)) && !isSpecial(address);
}
