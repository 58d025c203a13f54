import { RawHttp } from '../../support/raw-http.js';
import { MASTER_KEY } from '../../support/gateway.js';
import { audioFile, Bench, form } from './bench.js';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.start();
});
afterAll(async () => bench.close());
beforeEach(() => bench.renew());

const ENVELOPE = { type: 'invalid_request_error', param: null, code: null };
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('an answer to anything is an envelope with a request id', () => {
  afterEach(() => bench.expectAftermath(0));

  it.each([
    ['GET', '/nowhere'],
    ['GET', '/v1/audio/transcriptions'],
    ['DELETE', '/v1/audio/transcriptions'],
    ['POST', '/v1/audio/transcriptions/more'],
    ['GET', '/v1/audio/speech'],
    ['POST', '/v1/audio/voices'],
    ['POST', '/v1/models'],
    ['PUT', '/admin/v1/keys'],
    ['GET', '/admin/v1'],
    ['GET', '/admin/v2/keys'],
  ])('%s %s is an unknown URL, with and without a key', async (method, path) => {
    for (const authorization of [undefined, `Bearer ${MASTER_KEY}`]) {
      const headers = new Headers(authorization === undefined ? {} : { authorization });
      const answer = await fetch(bench.gateway.url + path, { method, headers });
      expect(answer.status).toBe(404);
      const message = `Unknown request URL: ${method} ${path}`;
      expect(await answer.json()).toEqual({ error: { ...ENVELOPE, message, code: 'unknown_url' } });
      expect(answer.headers.get('x-request-id')).toMatch(UUID_V7);
      expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(answer.headers.has('x-powered-by')).toBe(false);
    }
  });

  it.each([
    ['a broken percent sign in the path', '/v1/models/%E0%A4%A', 400],
    ['a broken percent sign in an unknown path', '/%', 404],
  ])('%s', async (_what, path, status) => {
    const client = await RawHttp.connect(bench.gateway.url);
    client.head(`GET ${path}`, { authorization: `Bearer ${bench.key.key}`, connection: 'close' });
    const answer = await client.answer();
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ error: { type: 'invalid_request_error' } });
    expect(answer.headers['x-request-id']).toMatch(UUID_V7);
    client.destroy();
  });

  it('gives every answer another id', async () => {
    const answers = await Promise.all(
      ['/health/live', '/nope', '/v1/models'].map((path) => fetch(bench.gateway.url + path)),
    );
    const ids = answers.map((answer) => answer.headers.get('x-request-id'));
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(UUID_V7);
  });

  it('does not take a request id from the client', async () => {
    const answer = await fetch(`${bench.gateway.url}/health/live`, { headers: { 'x-request-id': 'mine' } });
    expect(answer.headers.get('x-request-id')).toMatch(UUID_V7);
  });

  const malformed: readonly [string, string, number, object][] = [
    [
      'a garbage request line',
      'GARBAGE\r\n\r\n',
      400,
      { message: 'The request is not valid HTTP', code: 'invalid_http' },
    ],
    ['binary noise', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400, { code: 'invalid_http' }],
    ['a header without a colon', 'GET / HTTP/1.1\r\nhost: a\r\nbroken\r\n\r\n', 400, { code: 'invalid_http' }],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n',
      400,
      { code: 'invalid_http' },
    ],
    [
      'endless headers',
      `GET / HTTP/1.1\r\nhost: a\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
      { message: 'The request headers are too large', code: 'headers_too_large' },
    ],
  ];
  it.each(malformed)('%s', async (_what, request, status, error) => {
    const client = await RawHttp.connect(bench.gateway.url);
    client.write(Buffer.from(request, 'latin1'));
    const answer = await client.answer();
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ error: { ...ENVELOPE, ...error } });
    expect(answer.headers['x-request-id']).toMatch(UUID_V7);
    await client.closed;
  });

  it('ignores an expectation that it does not know', async () => {
    const client = await RawHttp.connect(bench.gateway.url);
    client.head('GET /health/live', { expect: 'a-miracle', connection: 'close' });
    expect(await client.answer()).toMatchObject({ status: 200, body: '{"status":"ok"}' });
    client.destroy();
  });

  it('answers the complete request before the garbage that follows it', async () => {
    const client = await RawHttp.connect(bench.gateway.url);
    client.write('GET /health/live HTTP/1.1\r\nhost: a\r\n\r\n');
    expect((await client.answer()).status).toBe(200);
    client.write('GARBAGE\r\n\r\n');
    await client.closed;
    expect(client.text).toMatch(/HTTP\/1\.1 200[^]*"invalid_http"/);
  });
});

describe('a body whose framing breaks', () => {
  afterEach(() => bench.expectAftermath(1));

  it('is answered with the id of its row', async () => {
    const client = await RawHttp.connect(bench.gateway.url);
    client.head('POST /v1/audio/transcriptions', {
      authorization: `Bearer ${bench.key.key}`,
      'content-type': 'multipart/form-data; boundary=b',
      'transfer-encoding': 'chunked',
      expect: '100-continue',
    });
    await client.receive('100 Continue');
    client.write('this is no chunk size\r\n');
    const answer = await client.answer();
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code: 'invalid_http' } });
    expect(await bench.row()).toMatchObject({ id: answer.headers['x-request-id'], status: 'cancelled', cost_usd: 0 });
    await client.closed;
  });
});

it('answers a request that asks to go on only when its body is wanted', async () => {
  const client = await RawHttp.connect(bench.gateway.url);
  client.head('POST /v1/audio/transcriptions', {
    authorization: 'Bearer sk-aur-wrong',
    'content-type': 'multipart/form-data; boundary=b',
    'content-length': '1000000',
    expect: '100-continue',
  });
  expect((await client.answer()).status).toBe(401);
  expect(client.text).not.toContain('100 Continue');
  client.destroy();
  await client.closed;
});

it('lets a request with the same connection follow a refused one', async () => {
  const refused = await bench.send(form({ file: audioFile() }));
  expect(refused.status).toBe(400);
  expect(refused.headers.get('connection')).not.toBe('close');
  await bench.expectAftermath(1);
});

it.each([
  ['a probe', 'GET /health/live', 200],
  ['a page', 'GET /openapi.json', 200],
  ['an unknown address', 'POST /nowhere', 404],
  ['a request without a key', 'POST /v1/audio/transcriptions', 401],
])('answers %s whose body never ends, and closes', async (_what, request, status) => {
  const client = await RawHttp.connect(bench.gateway.url);
  client.head(request, { 'content-type': 'multipart/form-data; boundary=b', 'content-length': '1000000' });
  client.write('--b');
  const answer = await client.answer();
  expect(answer).toMatchObject({ status, headers: { connection: 'close' } });
  await client.closed;
});

describe('headers for browsers and caches', () => {
  const headersOf = async (path: string) => {
    const answer = await fetch(bench.gateway.url + path, { headers: { authorization: `Bearer ${MASTER_KEY}` } });
    await answer.arrayBuffer();
    const { headers } = answer;
    return {
      policy: headers.get('content-security-policy'),
      sniffing: headers.get('x-content-type-options'),
      caching: headers.get('cache-control'),
    };
  };
  const NOTHING = "default-src 'none'; frame-ancestors 'none'";

  it.each([
    ['/v1/models', { policy: NOTHING, sniffing: 'nosniff', caching: 'no-store' }],
    ['/health/live', { policy: NOTHING, sniffing: 'nosniff', caching: 'no-store' }],
    ['/key/info', { policy: NOTHING, sniffing: 'nosniff', caching: 'no-store' }],
    ['/nowhere', { policy: NOTHING, sniffing: 'nosniff', caching: 'no-store' }],
    ['/admin/v1/keys', { policy: NOTHING, sniffing: 'nosniff', caching: 'no-store' }],
    ['/ADMIN/v1/keys', { policy: NOTHING, sniffing: 'nosniff', caching: 'no-store' }],
    ['/admin/v1/nothing', { policy: NOTHING, sniffing: 'nosniff', caching: 'no-store' }],
  ])('%s', async (path, expected) => expect(await headersOf(path)).toEqual(expected));

  it.each(['/docs', '/docs/swagger-ui.css'])('%s may run its own scripts and be framed by nobody', async (path) => {
    const { policy, sniffing } = await headersOf(path);
    expect(sniffing).toBe('nosniff');
    expect(policy).toMatch(/^default-src 'none'; script-src 'self';.* frame-ancestors 'none'$/);
  });

  it('keeps no key in the browser', async () => {
    const script = await (await fetch(`${bench.gateway.url}/docs/swagger-ui-init.js`)).text();
    expect(script).toContain('tryItOutEnabled');
    expect(script).not.toContain('persistAuthorization');
  });
});
