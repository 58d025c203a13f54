import { isIP } from 'node:net';
import { ipMatcher } from '../../config/ip-ranges.js';

/**
 * Where nobody's server is that an operator could mean: what is only of one link, and so the metadata services of clouds; what is
 * no single host. Private and loopback addresses are not among them: servers of one's own are common.
 */
const isForbidden = ipMatcher([
  '0.0.0.0/8', // this network
  '100.100.100.200', // Alibaba's metadata
  '168.63.129.16', // Azure's metadata and DNS service
  '169.254.0.0/16', // link-local, and so cloud metadata
  '192.0.0.192', // Oracle's metadata
  '224.0.0.0/4', // multicast
  '255.255.255.255', // broadcast
  '::', // no address
  '64:ff9b::a9fe:0/112', // NAT64 of link-local addresses
  '64:ff9b::a83f:8110', // NAT64 of Azure's
  '64:ff9b::6464:64c8', // NAT64 of Alibaba's
  '2002:a9fe::/32', // 6to4 of link-local addresses
  'fd00:ec2::254', // AWS's metadata
  'fd20:ce::254', // Google's metadata
  'fe80::/10', // link-local
  'fec0::/10', // site-local
  'ff00::/8', // multicast
]);

/** Whether the gateway never calls this address, also where an operator says so. True for what is no IP address. */
export function isForbiddenAddress(address: string): boolean {
  // A zone belongs to a link.
  return isIP(address) === 0 || address.includes('%') || isForbidden(address);
}
