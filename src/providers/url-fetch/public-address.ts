import ipaddr from 'ipaddr.js';

/** Reachable from everywhere and yet not of the public: benchmarks (RFC 2544), and Azure's metadata and DNS service. */
const NOT_PUBLIC_V4 = ['198.18.0.0/15', '168.63.129.16/32'].map((range) => ipaddr.IPv4.parseCIDR(range));

/** What IANA has given out for the internet; everything else of IPv6 is special in some way. */
const GLOBAL_UNICAST_V6 = ipaddr.IPv6.parseCIDR('2000::/3');

/** Special although it lies there: overlays (ORCHID) and documentation, which the library may not know. */
const NOT_PUBLIC_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20', '5f00::/16'].map((range) =>
  ipaddr.IPv6.parseCIDR(range),
);

/**
 * Whether an IP address belongs to a host on the public internet. False for private, loopback, link-local (and so cloud
 * metadata), unique local, carrier-grade NAT, multicast, reserved and documentation addresses, for IPv6 addresses that
 * stand for IPv4 ones, and for what is no address.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed instanceof ipaddr.IPv6
    ? parsed.match(GLOBAL_UNICAST_V6) && !NOT_PUBLIC_V6.some((range) => parsed.match(range))
    : !NOT_PUBLIC_V4.some((range) => parsed.match(range));
}
