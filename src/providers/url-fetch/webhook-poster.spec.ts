import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HostAddress } from './fetch-target.js';
import { WebhookPoster, webhookUrlFault } from './webhook-poster.js';

const never = new AbortController().signal;

describe('WebhookPoster', () => {
  let server: Server;
  let port: number;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  let addresses: HostAddress[];
  beforeEach(async () => {
    addresses = [{ address: '127.0.0.1', family: 4 }];
    server = createServer((request, response) => answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const post = (signal = never) =>
    new WebhookPoster(() => Promise.resolve(addresses)).post(
      `http://hooks.example:${port}/hook?a=1`,
      { 'webhook-id': 'x' },
      '{"ä":1}',
      signal,
    );

  it('posts to the address that was checked, under the name that was meant', async () => {
    let received: unknown;
    answer = (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method, url, headers } = request;
        received = { method, url, headers, body: Buffer.concat(chunks).toString() };
        response.writeHead(202).end();
      });
    };
    expect(await post()).toEqual({ status: 202 });
    expect(received).toEqual({
      method: 'POST',
      url: '/hook?a=1',
      body: '{"ä":1}',
      headers: {
        host: `hooks.example:${port}`,
        'user-agent': 'auricle',
        accept: '*/*',
        'accept-encoding': 'identity',
        'content-type': 'application/json',
        'content-length': '8',
        'webhook-id': 'x',
        connection: expect.any(String),
      },
    });
  });

  it('follows no redirect', async () => {
    let requests = 0;
    answer = (_, response) => {
      requests += 1;
      response.writeHead(307, { location: '/elsewhere' }).end();
    };
    expect(await post()).toEqual({ status: 307 });
    expect(requests).toBe(1);
  });

  it.each([
    ['a metadata service', ['169.254.169.254']],
    ['a metadata service beside something else', ['127.0.0.1', '169.254.169.254']],
    ['a link-local address', ['fe80::1']],
    ['nothing', []],
  ])('does not call a name that means %s', async (_, list) => {
    addresses = list.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    answer = () => {
      throw new Error('called');
    };
    expect(await post()).toEqual({ failure: 'its host has no address that may be called' });
  });

  it('reads no more of an answer than anybody needs', async () => {
    const closed = new Promise((resolve) => {
      answer = (_, response) => {
        response.once('close', resolve);
        response.writeHead(200);
        const more = (): void => {
          if (!response.destroyed) response.write('x'.repeat(16_384), more);
        };
        more();
      };
    });
    expect(await post()).toEqual({ status: 200 });
    await closed;
  });

  it('takes an answer that breaks off for one', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('x', () => response.destroy());
    };
    expect(await post()).toEqual({ status: 200 });
  });

  it('ends with the signal, and says why', async () => {
    const late = new AbortController();
    answer = () => late.abort(new Error('too late'));
    expect(await post(late.signal)).toEqual({ failure: 'too late' });
    expect(await post(late.signal)).toEqual({ failure: 'too late' });
  });

  it('says when nobody listens', async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(await post()).toEqual({ failure: 'its server cannot be reached' });
    server.listen(0);
  });
});

it.each([
  ['https://hooks.example.com/x', undefined],
  ['http://10.0.0.7:8080/', undefined],
  ['ftp://a.example/', 'must be an http or https URL of at most 2048 characters'],
  [`https://a.example/${'x'.repeat(2048)}`, 'must be an http or https URL of at most 2048 characters'],
  ['https://me@a.example/', 'must not contain credentials'],
  ['http://169.254.169.254/', 'must not lead to link-local addresses or cloud metadata'],
  ['http://0xa9fea9fe/', 'must not lead to link-local addresses or cloud metadata'],
  ['http://[fd00:ec2::254]/', 'must not lead to link-local addresses or cloud metadata'],
])('knows of %s what is wrong', (url, fault) => {
  expect(webhookUrlFault(url)).toBe(fault);
});
