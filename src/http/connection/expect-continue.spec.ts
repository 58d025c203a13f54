import { makeWav } from '../../../test/support/audio.js';
import { RawClient, startUploadServer, until, type UploadServer } from '../../../test/support/upload-server.js';

const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';
const body = Buffer.concat([
  Buffer.from('--B\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'),
  makeWav({ durationSeconds: 1, toneHz: 440 }),
  Buffer.from('\r\n--B--\r\n'),
]);
const head = (...more: string[]): string =>
  [
    'POST /v1/audio/transcriptions HTTP/1.1',
    'Host: x',
    'Content-Type: multipart/form-data; boundary=B',
    'Expect: 100-continue',
    ...more,
    '\r\n',
  ].join('\r\n');

describe('a client that asks before it sends', () => {
  let server: UploadServer;
  let client: RawClient;
  beforeEach(async () => {
    server = await startUploadServer();
    client = new RawClient(server.port);
  });
  afterEach(async () => {
    client.destroy();
    await server.close();
  });

  it('is told to go on when its body is wanted, once', async () => {
    client.write(head(`Content-Length: ${body.length}`));
    await until(() => client.received === CONTINUE);
    client.write(body);
    await until(() => client.received.endsWith('}'));
    expect(client.received.slice(CONTINUE.length)).toMatch(/^HTTP\/1\.1 200 /);
    expect(client.received.split('100 Continue')).toHaveLength(2);
  });

  it.each<[string, string[], string]>([
    ['nobody knows it', [`Content-Length: ${body.length}`, 'Authorization: nobody'], '401'],
    ['its body is too large', ['Content-Length: 1000000000'], '413'],
  ])('is not told to go on when %s', async (_why, headers, status) => {
    client.write(head(...headers));
    await until(() => client.received.endsWith('}'));
    expect(client.received).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [^]*connection: close`, 'i'));
    client.end();
    await until(() => client.closed);
    expect(client.received).not.toContain('100 Continue');
  });
});
