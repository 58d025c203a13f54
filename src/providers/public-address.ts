import { isIPv4 } from 'node:net';
import { ipMatcher } from '../config/ip-ranges.js';

/** What IANA has given out for the internet; everything else of IPv6 is special in some way. */
const isGlobalUnicastV6 = ipMatcher(['2000::/3']);

/** IPv4 addresses at which nobody has a provider. Sources: what the clouds say of their metadata services. */
const NEVER_PROVIDERS_V4 = [
  '100.100.100.200/32', // Alibaba Cloud
  '168.63.129.16/32', // Azure, though the address is a public one
  '169.254.0.0/16', // link-local, and so the metadata of most clouds
  '192.0.0.192/32', // Oracle Cloud
  '255.255.255.255/32', // broadcast
];

/** Beginnings of IPv6 addresses that stand for IPv4 ones: compatible, translated (RFC 2765), NAT64 and its local form. */
const STANDING_FOR_V4 = ['::', '::ffff:0:', '64:ff9b::', '64:ff9b:1::'];

/**
 * Where nobody has a provider: link-local addresses, the services of clouds that give credentials to whoever asks, and
 * addresses that stand for these.
 */
const isNeverProvider = ipMatcher([
  ...NEVER_PROVIDERS_V4,
  ...NEVER_PROVIDERS_V4.flatMap((range) => {
    const [address = '', bits = ''] = range.split('/');
    const [first, second, third, fourth] = address.split('.').map(Number);
    const sixToFour = `2002:${hex(first, second)}:${hex(third, fourth)}::/${16 + Number(bits)}`;
    return [...STANDING_FOR_V4.map((prefix) => `${prefix}${address}/${96 + Number(bits)}`), sixToFour];
  }),
  '0.0.0.0/8', // this network; Linux takes 0.0.0.0 for itself
  '::', // unspecified, as 0.0.0.0
  'fd00:ec2::/32', // AWS
  'fd20:ce::254', // Google Cloud
  'fe80::/10', // link-local
]);

function hex(high = 0, low = 0): string {
  return (256 * high + low).toString(16);
}

/**
 * What lies in IPv4, or there, and yet is not the public's. Sources: IANA's registries of special-purpose addresses
 * (RFC 6890 and its successors), of IPv4 multicast and of IPv6 unicast.
 */
const isSpecial = ipMatcher([
  ...NEVER_PROVIDERS_V4,
  '0.0.0.0/8', // this network
  '10.0.0.0/8', // private
  '100.64.0.0/10', // carrier-grade NAT
  '127.0.0.0/8', // loopback
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

/**
 * Whether no provider may ever be called at an IP address, because it is link-local, cloud metadata or unspecified, or an IPv6
 * address that stands for such a one. Loopback and private addresses are not among them.
 */
export function isForbiddenAddress(address: string): boolean {
  // A zone says by which interface, not where to.
  return isNeverProvider(address.replace(/%.*$/s, ''));
}
