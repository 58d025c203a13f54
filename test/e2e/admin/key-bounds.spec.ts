import { request } from 'node:http';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { AdminClient } from './admin-client.js';

let gateway: TestGateway;
let admin: AdminClient;
beforeAll(async () => {
  gateway = await startTestGateway({ TRUSTED_PROXIES: '127.0.0.1' });
  admin = AdminClient.of(gateway.url);
});
afterAll(() => gateway.close());

/** What was answered. */
interface Answer {
  readonly status: number;
  // Tests read what they expect; the schemas are checked elsewhere.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

async function call(
  key: string,
  path: string,
  { from, body }: { readonly from?: string; readonly body?: unknown } = {},
): Promise<Answer> {
  const response = await fetch(gateway.url + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${key}`, ...(from !== undefined && { 'x-forwarded-for': from }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

describe('the endpoints of a key', () => {
  it('are told where another is asked for', async () => {
    const { key } = await gateway.createKey({ endpoints: ['transcriptions', 'models'] });
    expect((await call(key, '/v1/models')).status).toBe(200);
    expect(await call(key, '/v1/chat/completions', { body: {} })).toEqual({
      status: 403,
      body: {
        error: {
          message: "This API key may not use the endpoint 'chat'. What it may use: transcriptions, models.",
          type: 'invalid_request_error',
          param: null,
          code: 'endpoint_not_allowed',
        },
      },
    });
    expect((await call(key, '/v1/me')).body.endpoints).toEqual(['transcriptions', 'models']);
  });

  it.each([
    '/audio/speech',
    '/V1/Audio/Speech',
    '//v1//audio//speech/',
    '/openai/deployments/any/audio/speech',
    '/openai/v1/audio/speech?api-version=2025-01-01',
    '/openai/v1/audio/speech',
    '/litellm/v1/audio/speech',
  ])('are the same at %s', async (path) => {
    const but = await gateway.createKey({ endpoints: ['transcriptions'] });
    const answer = await call(but.key, path, { body: {} });
    expect([answer.status, answer.body.error.code]).toEqual([403, 'endpoint_not_allowed']);
    const may = await gateway.createKey({ endpoints: ['speech'] });
    expect((await call(may.key, path, { body: {} })).status).toBe(400);
  });

  it('are asked before a byte of the body is there', async () => {
    const { key } = await gateway.createKey({ endpoints: ['models'] });
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { authorization: `Bearer ${key}`, 'content-type': 'multipart/form-data; boundary=x' };
      const sent = request(`${gateway.url}/v1/audio/transcriptions`, { method: 'POST', headers });
      sent.on('response', (response) => {
        response.resume();
        resolve(response.statusCode);
        sent.destroy();
      });
      sent.on('error', reject);
      sent.flushHeaders();
    });
    expect(status).toBe(403);
  });

  it('are those that the team allows as well, for a client token, too', async () => {
    await admin.post('teams', { name: 'talkers', endpoints: ['speech', 'chat', 'client_tokens'] });
    const all = await gateway.createKey({ team: 'talkers' });
    const some = await gateway.createKey({ team: 'talkers', endpoints: ['models', 'chat'] });
    const none = await gateway.createKey({ team: 'talkers', endpoints: ['models'] });
    const me = async (key: string) => (await call(key, '/v1/me')).body.endpoints;
    expect([await me(all.key), await me(some.key), await me(none.key)]).toEqual([
      ['speech', 'chat', 'client_tokens'],
      ['chat'],
      [],
    ]);
    expect((await call(none.key, '/v1/models')).body.error.message).toMatch(/may use: none\.$/);
    const { body } = await call(all.key, '/v1/client_tokens', { body: {} });
    expect((await call(body.token, '/v1/models')).body.error.code).toBe('endpoint_not_allowed');
    await admin.patch('teams/talkers', { endpoints: null });
    expect([(await call(body.token, '/v1/models')).status, await me(some.key)]).toEqual([200, ['models', 'chat']]);
  });

  it.each([[[]], [['audio']], [['Chat']], [['*']], ['chat'], [['chat', 1]]])('are not %j', async (endpoints) => {
    const { status, body } = await gateway.admin('POST', 'keys', { name: 'odd', endpoints });
    expect([status, body.error.param]).toEqual([400, expect.stringMatching(/^endpoints/)]);
  });
});

describe('the addresses of a key', () => {
  it.each([
    [['192.0.2.7'], '192.0.2.7', '192.0.2.8'],
    [['192.0.2.0/25', '198.51.100.1'], '192.0.2.127', '192.0.2.128'],
    [['192.0.2.77/24'], '192.0.2.1', '192.0.3.1'],
    [['2001:db8::/32'], '2001:DB8:ffff::1', '2001:db9::1'],
    [['192.0.2.7'], '::ffff:192.0.2.7', '::ffff:192.0.2.8'],
    [['::ffff:192.0.2.7'], '192.0.2.7', '192.0.2.8'],
    [['0.0.0.0/0'], '203.0.113.9', '2001:db8::1'],
    [['::1'], '::1', '::2'],
  ])('%j: %s may call and %s may not', async (allowed_addresses, inside, outside) => {
    const { key } = await gateway.createKey({ allowed_addresses });
    expect((await call(key, '/v1/models', { from: inside })).status).toBe(200);
    const seen = outside.replace('::ffff:', '');
    expect(await call(key, '/v1/models', { from: outside })).toEqual({
      status: 403,
      body: {
        error: {
          message: `This API key may not be used from the address ${seen}.`,
          type: 'invalid_request_error',
          param: null,
          code: 'address_not_allowed',
        },
      },
    });
  });

  it('are not what a client says of itself', async () => {
    const { key } = await gateway.createKey({ allowed_addresses: ['192.0.2.7'] });
    const from = '192.0.2.7, 203.0.113.9';
    expect((await call(key, '/v1/models', { from })).status).toBe(403);
    expect((await call(key, '/v1/me')).body.error.message).toBe(
      'This API key may not be used from the address 127.0.0.1.',
    );
  });

  it('are those that the team allows as well, for a client token, too', async () => {
    await admin.post('teams', { name: 'office', allowed_addresses: ['10.0.0.0/8'] });
    const { key } = await gateway.createKey({ team: 'office', allowed_addresses: ['10.1.0.0/16', '192.0.2.7'] });
    const { body } = await call(key, '/v1/client_tokens', { from: '10.1.2.3', body: {} });
    for (const secret of [key, body.token]) {
      const statuses = ['10.1.2.3', '10.2.2.3', '192.0.2.7'].map(
        async (from) => (await call(secret, '/v1/models', { from })).status,
      );
      expect(await Promise.all(statuses)).toEqual([200, 403, 403]);
    }
    await admin.patch('teams/office', { allowed_addresses: null });
    expect((await call(body.token, '/v1/models', { from: '192.0.2.7' })).status).toBe(200);
  });

  it.each([
    [[]],
    [['localhost']],
    [['192.0.2.0/33']],
    [['192.0.2']],
    [['192.0.02.1']],
    [['2001:db8::/129']],
    [['192.0.2.7/']],
    [['192.0.2.7, 192.0.2.8']],
    [[' 192.0.2.7']],
    [['*']],
    ['192.0.2.7'],
    [Array.from({ length: 101 }, (_, index) => `192.0.2.${index}`)],
  ])('are not %j', async (allowed_addresses) => {
    const { status, body } = await gateway.admin('POST', 'keys', { name: 'odd', allowed_addresses });
    expect([status, body.error.param]).toEqual([400, expect.stringMatching(/^allowed_addresses/)]);
  });

  it('may be a hundred', async () => {
    const allowed_addresses = Array.from({ length: 100 }, (_, index) => `2001:db8:0:0:0:0:ffff:${index}`);
    const { key } = await gateway.createKey({ allowed_addresses });
    expect((await call(key, '/v1/models', { from: '2001:db8::ffff:99' })).status).toBe(200);
  });
});

describe('the user of a key', () => {
  it('finds it, and so does a tag', async () => {
    const names = async (query: string) => {
      const { body } = await admin.get(`keys?limit=100&${query}`);
      return body.data.map(({ name }: { name: string }) => name);
    };
    await admin.post('keys', { name: 'first', user: 'alice@example.org', tags: ['blue', 'red'] });
    await admin.post('keys', { name: 'second', user: 'alice@example.org', tags: ['red'] });
    await admin.post('keys', { name: 'third', user: 'bob', tags: ['blue'] });
    expect(await names('user=alice@example.org')).toEqual(['second', 'first']);
    expect(await names('tag=blue')).toEqual(['third', 'first']);
    expect(await names('tag=blue&user=alice@example.org')).toEqual(['first']);
    expect(await names('user=ALICE@example.org')).toEqual([]);
    expect((await admin.patch('keys/third', { user: null })).body.user).toBeNull();
    expect(await names('user=bob')).toEqual([]);
    const walked = await admin.walk('keys?user=alice@example.org', 1);
    expect(walked).toMatchObject([{ name: 'second' }, { name: 'first' }]);
  });

  it.each(['', ' ', 'x'.repeat(201), 7])('is not %j', async (user) => {
    const { status, body } = await gateway.admin('POST', 'keys', { name: 'odd', user });
    expect([status, body.error.param]).toEqual([400, 'user']);
  });
});
