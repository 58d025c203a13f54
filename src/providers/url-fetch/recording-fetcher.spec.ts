import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RecordingFetcher } from './recording-fetcher.js';

const never = new AbortController().signal;

describe('RecordingFetcher', () => {
  let server: Server;
  let port: number;
  let requests: IncomingMessage[];
  let answer: (request: IncomingMessage, response: ServerResponse) => void;

  beforeEach(async () => {
    requests = [];
    answer = (_, response) => response.end('RIFF');
    server = createServer((request, response) => {
      requests.push(request);
      answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  /** The name exists only for the fetcher, so a connection shows that it went to the address that was checked. */
  const fetcher = (allowed = [`audio.example:${port}`]) =>
    new RecordingFetcher(allowed, async () => [{ address: '127.0.0.1', family: 4 }]);

  async function bytesOf(path: string, signal = never): Promise<string> {
    const { bytes } = await fetcher().open(`http://audio.example:${port}${path}`, signal);
    const chunks: Buffer[] = [];
    for await (const chunk of bytes) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  }

  it('connects to the address that was checked, under the name that was asked for', async () => {
    const recording = await fetcher().open(`http://audio.example:${port}/talks/T%C3%A4g.wav?sig=1`, never);
    expect(recording).toMatchObject({ filename: 'Täg.wav', declaredBytes: 4 });
    for await (const chunk of recording.bytes) expect(String(chunk)).toBe('RIFF');
    expect(requests[0]?.url).toBe('/talks/T%C3%A4g.wav?sig=1');
    expect(requests[0]?.headers).toEqual({
      host: `audio.example:${port}`,
      'user-agent': 'auricle',
      accept: '*/*',
      'accept-encoding': 'identity',
      connection: expect.any(String),
    });
  });

  it('follows up to three redirects and checks each', async () => {
    answer = ({ url }, response) => {
      const hop = Number(url?.slice(1));
      if (hop === 0) response.end('here');
      else response.writeHead(302, { location: `/${hop - 1}` }).end();
    };
    await expect(bytesOf('/3')).resolves.toBe('here');
    expect(requests).toHaveLength(4);
    await expect(bytesOf('/4')).rejects.toThrow('it leads through more than 3 redirects');
  });

  it.each([
    ['http://127.0.0.1/', 'its host has no public address'],
    ['http://169.254.169.254/latest/meta-data/', 'its host has no public address'],
    ['http://audio.example:1/', 'only the ports 80 and 443'],
    ['http://me:secret@audio.example/', 'must not contain credentials'],
    ['gopher://audio.example/', 'must be an http or https URL'],
  ])('does not follow a redirect to %s', async (location, reason) => {
    answer = (_, response) => response.writeHead(301, { location }).end();
    await expect(bytesOf('/')).rejects.toMatchObject({
      status: 400,
      param: 'url',
      message: expect.stringContaining(reason),
    });
    expect(requests).toHaveLength(1);
  });

  it.each([
    [404, {}, 'its server answered 404'],
    [500, {}, 'its server answered 500'],
    [302, {}, 'its server answered 302'],
    [304, {}, 'its server answered 304'],
  ])('reports a %i', async (status, headers, reason) => {
    answer = (_, response) => response.writeHead(status, headers).end('a secret page');
    await expect(bytesOf('/')).rejects.toMatchObject({
      status: 400,
      param: 'url',
      code: 'url_unreachable',
      message: `The recording at 'url' could not be fetched: ${reason}`,
    });
  });

  it('reports a server that breaks off', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('RIFF', () => response.destroy());
    };
    await expect(bytesOf('/')).rejects.toThrow('its server broke off');
  });

  it('reports a server that is not there', async () => {
    const opening = new RecordingFetcher(['127.0.0.1:1']).open('http://127.0.0.1:1/', never);
    await expect(opening).rejects.toThrow('its server cannot be reached');
  });

  it('ends with the signal, before the headers and after', async () => {
    const reason = new DOMException('late', 'TimeoutError');
    const before = new AbortController();
    answer = () => before.abort(reason);
    await expect(bytesOf('/', before.signal)).rejects.toBe(reason);
    const after = new AbortController();
    answer = (_, response) => {
      response.writeHead(200);
      response.write('RIFF', () => after.abort(reason));
    };
    await expect(bytesOf('/', after.signal)).rejects.toBe(reason);
  });

  it('hangs up when the reader has had enough', async () => {
    let closed: Promise<unknown> | undefined;
    answer = (_, response) => {
      closed = new Promise((resolve) => response.once('close', resolve));
      response.writeHead(200);
      response.write('RIFF');
    };
    const { bytes } = await fetcher().open(`http://audio.example:${port}/`, never);
    for await (const chunk of bytes) {
      expect(chunk).toHaveLength(4);
      break;
    }
    await closed;
  });
});
