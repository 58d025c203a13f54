import { ipMatcher } from '../config/ip-ranges.js';
import { findClient, schemeOf } from './client-address.js';

const isTrusted = ipMatcher(['10.0.0.0/8', '2001:db8::/32']);
const isOfIpv6 = ipMatcher(['::/0']);

describe('findClient', () => {
  it.each([
    ['nobody is believed who is no proxy', '192.0.2.1', '198.51.100.7', '192.0.2.1'],
    ['a proxy is believed', '10.0.0.1', '198.51.100.7', '198.51.100.7'],
    ['also one that connects over IPv6', '::ffff:10.0.0.1', '198.51.100.7', '198.51.100.7'],
    ['what the client wrote itself is not', '10.0.0.1', '203.0.113.9, 198.51.100.7', '198.51.100.7'],
    ['several proxies are passed', '10.0.0.1', '203.0.113.9, 198.51.100.7, 10.2.0.1,2001:db8::5', '198.51.100.7'],
    ['a chain of proxies only ends at its first', '10.0.0.1', '10.9.9.9, 10.2.0.1', '10.9.9.9'],
    ['a port is no part of it', '10.0.0.1', '198.51.100.7:4711', '198.51.100.7'],
    ['nor are brackets', '10.0.0.1', '[2001:db9::1]:4711', '2001:db9::1'],
    ['an IPv4 address is one', '10.0.0.1', '::ffff:198.51.100.7', '198.51.100.7'],
    ['what is no address is not believed', '10.0.0.1', '198.51.100.7, unknown', '10.0.0.1'],
    ['nothing was forwarded', '10.0.0.1', '', '10.0.0.1'],
    ['the connection has gone', '', '198.51.100.7', ''],
  ])('%s', (_what, remoteAddress, forwardedFor, client) => {
    expect(findClient(remoteAddress, forwardedFor, isTrusted).address).toBe(client);
  });

  it('trusts no proxy of IPv4 for all of IPv6', () => {
    expect(findClient('10.0.0.1', '198.51.100.7', isOfIpv6).address).toBe('10.0.0.1');
    expect(findClient('::ffff:10.0.0.1', '198.51.100.7', isOfIpv6).address).toBe('10.0.0.1');
    expect(findClient('2001:db8::1', '198.51.100.7', isOfIpv6).address).toBe('198.51.100.7');
  });
});

describe('schemeOf', () => {
  it.each<[string, string, string, string, 'http' | 'https']>([
    ['nobody who is believed', '203.0.113.5', '198.51.100.7', 'https', 'http'],
    ['a proxy that says nothing', '10.0.0.1', '198.51.100.7', '', 'http'],
    ['a proxy that speaks TLS', '10.0.0.1', '198.51.100.7', 'https', 'https'],
    ['a proxy that names nobody', '10.0.0.1', '', 'HTTPS', 'https'],
    ['a proxy behind what a client has made up', '10.0.0.1', '198.51.100.7', 'https, http', 'http'],
    ['two proxies that add to the list', '10.0.0.1', '198.51.100.7, 10.0.0.2', 'https, http', 'https'],
    ['two proxies and what a client has made up', '10.0.0.1', '198.51.100.7, 10.0.0.2', 'https, http, http', 'http'],
    ['two proxies of which one writes it anew', '10.0.0.1', '198.51.100.7, 10.0.0.2', 'https', 'https'],
    ['a proxy that speaks something else', '10.0.0.1', '198.51.100.7', 'wss', 'http'],
  ])('believes %s', (_, remoteAddress, forwardedFor, forwardedProto, scheme) => {
    expect(schemeOf(forwardedProto, findClient(remoteAddress, forwardedFor, isTrusted).proxies)).toBe(scheme);
  });
});
