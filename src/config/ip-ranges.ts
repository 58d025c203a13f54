import { BlockList, isIP } from 'node:net';

/** Whether an IP address lies in the ranges; false for what is no address. */
export type IpMatcher = (address: string) => boolean;

/**
 * Compares addresses with IP ranges. An IPv4 address that is written as IPv6 (`::ffff:10.0.0.1`) lies in the ranges of
 * the IPv4 address.
 * @param ranges addresses (`10.0.0.1`, `::1`) and CIDR ranges (`10.0.0.0/8`)
 * @throws TypeError when one of them is neither
 */
export function ipMatcher(ranges: readonly string[]): IpMatcher {
  if (ranges.length === 0) return () => false;
  const list = new BlockList();
  for (const range of ranges) {
    const { address, bits, family } = parseRange(range);
    list.addSubnet(address, bits, family);
  }
  return (address) => list.check(address, familyOf(address));
}

/** Whether a text is an IP address or a CIDR range. */
export function isIpRange(text: string): boolean {
  try {
    parseRange(text);
    return true;
  } catch {
    return false;
  }
}

function parseRange(range: string) {
  const [, address = '', prefix] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(range) ?? [];
  const family = familyOf(address);
  const maxBits = family === 'ipv6' ? 128 : 32;
  const bits = prefix === undefined ? maxBits : Number(prefix);
  if (isIP(address) === 0 || bits > maxBits) throw new TypeError(`${range} is no IP address and no CIDR range`);
  return { address, bits, family } as const;
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
