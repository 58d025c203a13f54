import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { RawClient, until } from '../../../test/support/upload-server.js';
import { closeAfterAnswer, type Lingering } from './close-after-answer.js';

const ANSWER = 'no thanks';
const FOREVER_MS = 1_000_000;
const megabyte = Buffer.alloc(1 << 20, 'x');

let server: Server;
let client: RawClient;
/** The server's end of the last connection. */
let accepted: Socket | undefined;

async function start(listener: RequestListener): Promise<void> {
  server = createServer(listener);
  server.on('connection', (socket) => (accepted = socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  connectClient();
}

function connectClient(): void {
  accepted = undefined;
  client = new RawClient((server.address() as AddressInfo).port);
}

const refusing =
  (lingering?: Lingering) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    closeAfterAnswer(request, response, lingering);
    response.writeHead(413).end(ANSWER);
  };

const isClosed = (): boolean => accepted?.destroyed === true;
const isAnswered = (): boolean => client.received.includes(ANSWER);

afterEach(async () => {
  client.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe('closeAfterAnswer', () => {
  it('answers at once, and says that the connection will close', async () => {
    await start(refusing({ maxBytes: Infinity, maxMs: FOREVER_MS }));
    client.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n');
    await until(isAnswered);
    expect(client.received).toMatch(/^HTTP\/1\.1 413 [^]*connection: close/i);
    expect(isClosed()).toBe(false);
  });

  it.each<[string, string, Buffer]>([
    ['declared', 'Content-Length: 1000000000000\r\n\r\n', megabyte],
    [
      'chunked',
      'Transfer-Encoding: chunked\r\n\r\n',
      Buffer.concat([Buffer.from('100000\r\n'), megabyte, Buffer.from('\r\n')]),
    ],
  ])('closes on a client that never ends its %s body', async (_what, head, chunk) => {
    await start(refusing({ maxBytes: 3 << 20, maxMs: FOREVER_MS }));
    client.write(`POST / HTTP/1.1\r\nHost: x\r\n${head}`);
    await until(isAnswered);
    await client.writeUntilClosed(chunk);
    expect(client.closed).toBe(true);
  });

  it('closes on a client that sends nothing more', async () => {
    await start(refusing({ maxBytes: Infinity, maxMs: 20 }));
    client.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n');
    await until(isClosed);
    await until(isAnswered);
    expect(isClosed()).toBe(true);
  });

  it('lets a client that sends first and reads later have its answer', async () => {
    await start(refusing({ maxBytes: 32 << 20, maxMs: FOREVER_MS }));
    for (let round = 0; round < 10; round += 1) {
      client.write(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${16 << 20}\r\n\r\n`);
      for (let sent = 0; sent < 16; sent += 1) client.write(megabyte);
      await until(isClosed);
      await until(isAnswered);
      expect(client.closed).toBe(false);
      client.destroy();
      connectClient();
    }
  });

  it('closes as soon as the body has ended', async () => {
    await start(refusing({ maxBytes: Infinity, maxMs: FOREVER_MS }));
    client.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n');
    await until(isAnswered);
    expect(isClosed()).toBe(false);
    client.write('0123456789');
    await until(isClosed);
  });

  it('also ends a body that somebody has begun to read', async () => {
    await start((request, response) => {
      request.once('data', () => {
        request.pause();
        refusing({ maxBytes: 3 << 20, maxMs: FOREVER_MS })(request, response);
      });
    });
    client.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000000\r\n\r\n');
    await client.writeUntilClosed(megabyte);
    expect(isAnswered()).toBe(true);
  });

  it.each<[string, string]>([
    ['without a body', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['with an empty body', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n'],
  ])('leaves the connection of a request %s open', async (_what, request) => {
    await start(refusing({ maxBytes: 0, maxMs: 0 }));
    client.write(request);
    await until(isAnswered);
    expect(client.received).not.toMatch(/connection: close/i);
    client.received = '';
    client.write(request);
    await until(isAnswered);
  });

  it('leaves the connection open when the body has been read', async () => {
    await start((request, response) => {
      request.resume().once('end', () => refusing({ maxBytes: 0, maxMs: 0 })(request, response));
    });
    client.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nabcd');
    await until(isAnswered);
    expect(client.received).not.toMatch(/connection: close/i);
  });
});
