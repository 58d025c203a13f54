import { createServer as createTcpServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { brotliCompressSync, createGzip, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { answer, hang, pieces, resetInBody } from '../../test/support/simulator-answers.js';
import { audioFromBytes, audioFromStream } from '../../test/support/simulator-audio.js';
import { SimulatorServer } from '../../test/support/simulator-server.js';
import { ProviderHttp, type ProviderRequest } from './provider-http.js';
import { audioBody, jsonBody } from './request-body.js';

const never = new AbortController().signal;

/** A TCP server that says what it likes; returns its origin and a way to stop it. */
async function tcpServer(onConnection: (socket: Socket) => void): Promise<{ origin: string; close(): Promise<void> }> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => {}).resume();
    onConnection(socket);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    origin: `127.0.0.1:${port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

describe('ProviderHttp', () => {
  let upstream: SimulatorServer;
  let http: ProviderHttp;

  beforeEach(async () => {
    upstream = await new SimulatorServer({ refuse: () => undefined, answer: () => answer(200, { ok: true }) }).listen();
    http = new ProviderHttp();
  });

  afterEach(async () => {
    await http.onModuleDestroy();
    await upstream.close();
  });

  function failureOf(request: ProviderRequest): Promise<unknown> {
    return http.request(request).catch((error: unknown) => error);
  }

  it('answers with status, headers and body, whatever the status', async () => {
    upstream.respondWith(answer(418, 'short and stout', { 'X-Request-Id': 'abc', 'content-type': 'text/plain' }));
    const { status, headers, body } = await http.request({ url: upstream.origin, signal: never });
    expect(status).toBe(418);
    expect(headers).toMatchObject({ 'x-request-id': 'abc', 'content-type': 'text/plain' });
    expect(body.toString()).toBe('short and stout');
    expect(upstream.lastRequest).toMatchObject({ method: 'GET', headers: { 'user-agent': 'auricle' } });
  });

  it('sends JSON', async () => {
    await http.request({ url: `${upstream.origin}/v2/x?y=1`, body: jsonBody({ a: 'ü' }), signal: never });
    expect(upstream.lastRequest).toMatchObject({
      method: 'POST',
      path: '/v2/x?y=1',
      headers: { 'content-type': 'application/json', 'content-length': '10', 'accept-encoding': 'identity' },
      rawBody: Buffer.from('{"a":"ü"}'),
    });
  });

  it('sends bare audio with its length', async () => {
    const audio = audioFromBytes(Buffer.alloc(300_000, 'abc'), { mediaType: 'audio/flac' });
    await http.request({ url: upstream.origin, method: 'PUT', body: audioBody(audio), signal: never });
    expect(upstream.lastRequest.method).toBe('PUT');
    expect(upstream.lastRequest.headers).toMatchObject({ 'content-type': 'audio/flac', 'content-length': '300000' });
    expect(upstream.lastRequest.rawBody.equals(Buffer.alloc(300_000, 'abc'))).toBe(true);
    await audio.allClosed();
  });

  it('uses a connection again', async () => {
    for (let call = 0; call < 10; call += 1) await http.request({ url: upstream.origin, signal: never });
    // The pool may open a second one when a call follows on the heels of another.
    expect(upstream.connectionsOpened).toBeLessThanOrEqual(2);
  });

  it('closes the connection of a body that nobody wants', async () => {
    upstream.respondWith(pieces(forever()));
    const { body } = await http.open({ url: upstream.origin, signal: never });
    body.destroy();
    await expect(upstream.lastRequest.aborted).resolves.toBeUndefined();
  });

  it('closes every connection at the end', async () => {
    upstream.respondWith(hang());
    const arrival = upstream.nextRequest();
    const outcome = failureOf({ url: upstream.origin, signal: never });
    const request = await arrival;
    await http.onModuleDestroy();
    expect(await outcome).toMatchObject({
      reason: 'unavailable',
    });
    await request.aborted;
  });

  it('takes no answer beyond its limit', async () => {
    const small = new ProviderHttp({ maxResponseBytes: 1_000 });
    upstream.respondWith(answer(200, 'x'.repeat(1_000)), answer(200, 'x'.repeat(1_001)), pieces(forever()));
    await expect(small.request({ url: upstream.origin, signal: never })).resolves.toMatchObject({ status: 200 });
    await expect(small.request({ url: upstream.origin, signal: never })).rejects.toMatchObject({
      reason: 'bad_response',
    });
    await expect(small.request({ url: upstream.origin, signal: never })).rejects.toMatchObject({
      reason: 'bad_response',
    });
    await small.onModuleDestroy();
  });

  it.each([
    ['nobody listens', async () => `http://${await freePort()}`, 'unavailable', 'ECONNREFUSED'],
    ['the name does not exist', async () => 'http://auricle.invalid', 'unavailable', 'auricle.invalid'],
    ['the URL is none', async () => 'api.example/v1', 'unknown', 'could not call'],
  ])('explains that %s', async (_what, url, reason, message) => {
    expect(await failureOf({ url: await url(), signal: never })).toMatchObject({
      name: 'ProviderError',
      reason,
      message: expect.stringContaining(message),
    });
  });

  it('explains a failed TLS handshake', async () => {
    const server = await tcpServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await expect(http.request({ url: `https://${server.origin}`, signal: never })).rejects.toMatchObject({
      reason: 'unavailable',
    });
    await server.close();
  });

  it('explains an answer that is not HTTP', async () => {
    const server = await tcpServer((socket) => socket.end('220 smtp.example ESMTP\r\n'));
    await expect(http.request({ url: `http://${server.origin}`, signal: never })).rejects.toMatchObject({
      reason: 'bad_response',
    });
    await server.close();
  });

  it('explains a body that breaks off', async () => {
    upstream.respondWith(resetInBody('{"te'));
    await expect(http.request({ url: upstream.origin, signal: never })).rejects.toMatchObject({
      reason: 'unavailable',
    });
  });

  it.each([
    [new DOMException('too late', 'TimeoutError'), 'timeout'],
    [new Error('gone'), 'aborted'],
    ['just a word', 'aborted'],
    [undefined, 'aborted'],
  ])('tells a deadline from a client that left: %s', async (cause, reason) => {
    const controller = new AbortController();
    upstream.respondWith(hang());
    const arrival = upstream.nextRequest();
    const outcome = failureOf({ url: upstream.origin, signal: controller.signal });
    const request = await arrival;
    controller.abort(cause);
    expect(await outcome).toMatchObject({
      name: 'ProviderError',
      reason,
    });
    await request.aborted;
  });

  it('stops in the middle of an answer', async () => {
    const controller = new AbortController();
    upstream.respondWith(pieces(forever()));
    const { body } = await http.open({ url: upstream.origin, signal: controller.signal });
    await body.next();
    controller.abort(new DOMException('too late', 'TimeoutError'));
    await upstream.lastRequest.aborted;
    await expect(body.bytes()).rejects.toMatchObject({ reason: 'timeout' });
  });

  it('stops in the middle of an upload, and closes the audio', async () => {
    const controller = new AbortController();
    const audio = audioFromStream(() => Readable.from(forever(), { objectMode: false }), { sizeBytes: 1_000_000 });
    const arrival = upstream.nextRequest();
    const outcome = failureOf({ url: upstream.origin, body: audioBody(audio), signal: controller.signal });
    const request = await arrival;
    controller.abort();
    expect(await outcome).toMatchObject({ reason: 'aborted' });
    await request.aborted;
  });

  it.each([
    ['fails', () => Readable.from(failing(), { objectMode: false }), 'could not be read'],
    [
      'cannot be opened',
      () => {
        throw new Error('deleted');
      },
      'could not be read',
    ],
    ['is shorter than it said', () => Readable.from(['abc'], { objectMode: false }), 'could not call'],
  ])('does not blame the provider for audio that %s', async (_what, open, message) => {
    const audio = audioFromStream(open, { sizeBytes: 1_000 });
    expect(await failureOf({ url: upstream.origin, body: audioBody(audio), signal: never })).toMatchObject({
      reason: 'unknown',
      message: expect.stringContaining(message),
    });
  });
});

describe('ProviderHttp, when the answer is compressed although nobody asked for it', () => {
  const said = Buffer.from('{"text":"Grüße"}');
  let upstream: SimulatorServer;
  let http: ProviderHttp;

  beforeEach(async () => {
    upstream = await new SimulatorServer({ refuse: () => undefined, answer: () => answer(200, '') }).listen();
    http = new ProviderHttp({ maxResponseBytes: 1_000_000 });
  });

  afterEach(async () => {
    await http.onModuleDestroy();
    await upstream.close();
  });

  async function read(body: Buffer, encoding: string): Promise<string> {
    upstream.respondWith(answer(200, body, { 'content-encoding': encoding }));
    return (await http.request({ url: upstream.origin, signal: never })).body.toString();
  }

  it.each([
    ['gzip', gzipSync(said)],
    ['GZIP', gzipSync(said)],
    ['x-gzip', gzipSync(said)],
    ['br', brotliCompressSync(said)],
    ['deflate', deflateSync(said)],
    ['deflate', deflateRawSync(said)],
    ['deflate, gzip', gzipSync(deflateSync(said))],
    ['identity', said],
    // Undone on the way, without a word about it.
    ['gzip', said],
  ])('reads %s', async (encoding, body) => {
    expect(await read(body, encoding)).toBe(said.toString());
  });

  it('leaves out a byte order mark of JSON, compressed or not', async () => {
    const marked = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), said]);
    expect(await read(gzipSync(marked), 'gzip')).toBe(said.toString());
    expect(await read(marked, 'identity')).toBe(said.toString());
  });

  it.each([
    ['that is broken', Buffer.concat([gzipSync(said).subarray(0, 12), Buffer.from('garbage')]), 'gzip', 'gzip'],
    ['that breaks off', gzipSync(said).subarray(0, 20), 'gzip', 'gzip'],
    ['that is none', Buffer.from('not brotli at all'), 'br', 'br'],
    ['of another kind', Buffer.from('?'), 'compress', 'compress'],
    ['that grows without end', gzipSync(Buffer.alloc(50_000_000)), 'gzip', '1000000 bytes'],
    ['that grows without end', brotliCompressSync(Buffer.alloc(50_000_000)), 'br', '1000000 bytes'],
  ])('calls an answer %s unusable', async (_what, body, encoding, message) => {
    await expect(read(body, encoding)).rejects.toMatchObject({
      name: 'ProviderError',
      reason: 'bad_response',
      message: expect.stringContaining(message),
    });
  });

  it('explains a connection that breaks off', async () => {
    upstream.respondWith(resetInBody(gzipSync(said).subarray(0, 15), { 'content-encoding': 'gzip' }));
    await expect(http.request({ url: upstream.origin, signal: never })).rejects.toMatchObject({
      reason: 'unavailable',
    });
  });

  it('reads a stream piece by piece, and closes its connection', async () => {
    const gzip = createGzip();
    upstream.respondWith(pieces(gzip, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' }));
    gzip.write('data: {"one":1}\n\n');
    gzip.flush();
    const { body } = await http.open({ url: upstream.origin, signal: never });
    expect((await body.next())?.toString()).toBe('data: {"one":1}\n\n');
    body.destroy();
    await upstream.lastRequest.aborted;
    gzip.end();
  });
});

/** One chunk, then silence. */
async function* forever(): AsyncGenerator<Buffer> {
  yield Buffer.alloc(2_000);
  await new Promise<never>(() => {});
}

async function* failing(): AsyncGenerator<Buffer> {
  yield Buffer.from('abc');
  throw new Error('disk on fire');
}

/** An address where nobody listens any more. */
async function freePort(): Promise<string> {
  const server = await tcpServer(() => {});
  await server.close();
  return server.origin;
}
