import { ipMatcher, isIpRange } from './ip-ranges.js';

describe('ipMatcher', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['10.0.0.1', '::ffff:10.0.0.1'],
    ['10.0.0.1', '::ffff:a00:1'],
    ['10.0.0.0/8', '10.255.255.255'],
    ['10.0.0.0/8', '::ffff:10.1.2.3'],
    ['10.1.2.3/8', '10.0.0.1'],
    ['0.0.0.0/0', '8.8.8.8'],
    ['::1', '::1'],
    ['::1', '0:0:0:0:0:0:0:1'],
    ['2001:db8::/32', '2001:DB8:ffff::1'],
    ['2000::/3', '3fff::1'],
    ['::/0', 'fe80::1'],
  ])('finds in %s: %s', (range, address) => expect(ipMatcher([range])(address)).toBe(true));

  it.each([
    ['10.0.0.1', '10.0.0.2'],
    ['10.0.0.0/8', '11.0.0.0'],
    ['10.0.0.0/8', '::10.0.0.1'],
    ['::1', '::2'],
    ['2001:db8::/32', '2001:db9::'],
    ['2000::/3', '4000::'],
    ['0.0.0.0/0', '::1'],
    ['0.0.0.0/0', 'localhost'],
    ['0.0.0.0/0', ''],
    ['::/0', 'localhost'],
  ])('does not find in %s: %s', (range, address) => expect(ipMatcher([range])(address)).toBe(false));

  it('finds in any of several ranges, and nothing in none', () => {
    const matches = ipMatcher(['192.0.2.1', '198.51.100.0/24', '2001:db8::/32']);
    expect(['192.0.2.1', '198.51.100.9', '2001:db8::9', '192.0.2.2'].map(matches)).toEqual([true, true, true, false]);
    expect(ipMatcher([])('192.0.2.1')).toBe(false);
  });

  it('names what is no range', () => {
    expect(() => ipMatcher(['10.0.0.1', '10.0.0.0/33'])).toThrow(
      new TypeError('10.0.0.0/33 is no IP address and no CIDR range'),
    );
  });
});

describe('isIpRange', () => {
  it.each(['10.0.0.1', '10.0.0.0/0', '10.0.0.0/32', '::1', '::/0', '2001:db8::/128', '::ffff:10.0.0.1'])(
    'takes %s',
    (text) => expect(isIpRange(text)).toBe(true),
  );

  it.each([
    '',
    '/8',
    '10',
    '10.1',
    '010.0.0.1',
    '300.0.0.1',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '::/129',
    '::/x',
    'localhost',
    ' 10.0.0.1',
  ])('refuses %j', (text) => expect(isIpRange(text)).toBe(false));
});
