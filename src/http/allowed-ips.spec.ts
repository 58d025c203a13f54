import type { Request, Response } from 'express';
import { GatewayError } from '../domain/errors.js';
import { allowOnly } from './allowed-ips.js';

const allowed = ['127.0.0.1', '10.1.0.0/16', '2001:db8::/32', '::1', '::ffff:192.0.2.7'];

/** What the middleware says of a request: the error, or nothing. */
function judge(clientAddress: string, path = '/v1/models', list: readonly string[] = allowed): unknown {
  const said: unknown[] = [];
  const request = { path, clientAddress } as Request;
  allowOnly(list)(request, {} as Response, (error?: unknown) => said.push(error));
  expect(said).toHaveLength(1);
  return said[0];
}

describe('allowOnly', () => {
  it.each([
    ['127.0.0.1', true],
    ['127.0.0.2', false],
    ['::ffff:127.0.0.1', true],
    ['::FFFF:127.0.0.1', true],
    ['::ffff:127.0.0.2', false],
    ['10.1.255.255', true],
    ['::ffff:10.1.2.3', true],
    ['10.2.0.0', false],
    ['2001:db8:ffff::1', true],
    ['2001:db9::1', false],
    ['::1', true],
    ['::2', false],
    ['192.0.2.7', true],
    ['::ffff:192.0.2.7', true],
    ['fe80::1%eth0', false],
    ['', false],
  ])('lets %s in: %s', (address, isAllowed) => {
    const error = judge(address);
    if (isAllowed) expect(error).toBeUndefined();
    else
      expect(error).toMatchObject({ status: 403, type: 'invalid_request_error', code: 'ip_not_allowed', param: null });
  });

  it.each([
    ['/health/live', true],
    ['/health/ready', true],
    ['/', false],
    ['/docs', false],
    ['/v1/health', false],
    ['/healthy', false],
    ['/admin/v1/keys', false],
  ])('answers %s to everybody: %s', (path, isPublic) => {
    expect(judge('203.0.113.9', path) === undefined).toBe(isPublic);
  });

  it('lets nobody with IPv4 in for all of IPv6', () => {
    expect(judge('192.0.2.1', '/v1/models', ['::/0'])).toBeInstanceOf(GatewayError);
    expect(judge('::ffff:192.0.2.1', '/v1/models', ['::/0'])).toBeInstanceOf(GatewayError);
    expect(judge('2001:db8::1', '/v1/models', ['::/0'])).toBeUndefined();
    expect(judge('192.0.2.1', '/v1/models', ['::ffff:192.0.2.0/120'])).toBeUndefined();
  });

  it('lets nobody in where the list is empty', () => {
    expect(judge('127.0.0.1', '/v1/models', [])).toBeInstanceOf(GatewayError);
  });
});
