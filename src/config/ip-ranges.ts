import { BlockList, isIP } from 'node:net';

/** Whether an IP address lies in the ranges; false for what is no address. */
export type IpMatcher = (address: string) => boolean;

/** So long is what an IPv4 address begins with that is written as IPv6. */
const MAPPED_BITS = 96;

/**
 * Compares addresses with IP ranges. An IPv4 address that is written as IPv6 (`::ffff:10.0.0.1`) is that IPv4 address, and so is
 * a range of such addresses one of IPv4 (`::ffff:10.0.0.0/104` is `10.0.0.0/8`). No other range of IPv6, however wide, has an
 * IPv4 address in it.
 * @param ranges addresses (`10.0.0.1`, `::1`) and CIDR ranges (`10.0.0.0/8`)
 * @throws TypeError when one of them is neither
 */
export function ipMatcher(ranges: readonly string[]): IpMatcher {
  if (ranges.length === 0) return () => false;
  // Node's own comparison takes every IPv4 address for one of IPv6, too.
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const range of ranges) {
    const { address, bits, family } = unmapped(parseRange(range));
    lists[family].addSubnet(address, bits, family);
  }
  return (address) => {
    const family = isMapped(address) ? 'ipv4' : familyOf(address);
    return lists[family].check(address, familyOf(address));
  };
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

/** What IPv4 addresses begin with that are written as IPv6. */
const mapped = new BlockList();
mapped.addSubnet('::ffff:0:0', MAPPED_BITS, 'ipv6');

function isMapped(address: string): boolean {
  return isIP(address) === 6 && mapped.check(address, 'ipv6');
}

/** A range within `::ffff:0:0/96` as what it is: one of IPv4. */
function unmapped(range: IpRange): IpRange {
  const { address, bits } = range;
  if (bits < MAPPED_BITS || !isMapped(address)) return range;
  // As `new URL` writes it, which takes no zone: `[::ffff:a00:1]`.
  const [bare = ''] = address.split('%');
  const [high = '0', low = '0'] = new URL(`http://[${bare}]/`).hostname.slice('[::ffff:'.length, -1).split(':');
  const [first, last] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  const bytes = [first >> 8, first & 0xff, last >> 8, last & 0xff];
  return { address: bytes.join('.'), bits: bits - MAPPED_BITS, family: 'ipv4' };
}

interface IpRange {
  readonly address: string;
  readonly bits: number;
  readonly family: 'ipv4' | 'ipv6';
}

function parseRange(range: string): IpRange {
  const [, address = '', prefix] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(range) ?? [];
  const family = familyOf(address);
  const maxBits = family === 'ipv6' ? 128 : 32;
  const bits = prefix === undefined ? maxBits : Number(prefix);
  if (isIP(address) === 0 || bits > maxBits) throw new TypeError(`${range} is no IP address and no CIDR range`);
  return { address, bits, family };
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
