import { MASTER_KEY } from '../../support/gateway.js';
import { SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { Bench } from './bench.js';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.start();
});
afterAll(async () => bench.close());
beforeEach(() => bench.renew());
afterEach(() => bench.expectAftermath(0));

const ABSENT = '019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3a';
const deployment = { provider: 'openai', upstream_model: 'whisper-1', api_key: SIMULATOR_KEY };

interface Refusal {
  readonly call: readonly [method: string, path: string, body?: unknown];
  readonly error: { message: string; param: string | null; code: string };
}

function unknown(method: string, path: string, body: object, param: string): Refusal {
  return {
    call: [method, path, body],
    error: { message: `Unknown field '${param}'`, param, code: 'unknown_parameter' },
  };
}

function missing(method: string, path: string, body: object, param: string): Refusal {
  const message = `Missing required field '${param}'`;
  return { call: [method, path, body], error: { message, param, code: 'missing_required_parameter' } };
}

function invalid(method: string, path: string, body: object | undefined, param: string, rule: string): Refusal {
  return {
    call: [method, path, body],
    error: { message: `Invalid '${param}': ${rule}`, param, code: 'invalid_value' },
  };
}

function notAnId(method: string, path: string, body?: object): Refusal {
  return {
    call: [method, path, body],
    error: {
      message: 'the id in the URL is not an id (expected a UUID)',
      param: 'id',
      code: 'invalid_value',
    },
  };
}

const refusals: readonly Refusal[] = [
  // Keys
  missing('POST', 'keys', {}, 'name'),
  unknown('POST', 'keys', { name: 'a', budget: 5 }, 'budget'),
  unknown('POST', 'keys', { name: 'a', key: 'sk-aur-mine' }, 'key'),
  unknown('PATCH', `keys/${ABSENT}`, { spend_usd: 0 }, 'spend_usd'),
  invalid('POST', 'keys', { name: 7 }, 'name', 'Invalid input: expected string, received number'),
  invalid('POST', 'keys', { name: '  ' }, 'name', 'Too small: expected string to have >=1 characters'),
  invalid('POST', 'keys', { name: 'n'.repeat(201) }, 'name', 'Too big: expected string to have <=200 characters'),
  invalid('POST', 'keys', { name: 'a', models: [] }, 'models', 'must name at least one model, or be null for all'),
  invalid('POST', 'keys', { name: 'a', models: 'whisper' }, 'models', 'Invalid input: expected array, received string'),
  invalid('POST', 'keys', { name: 'a', models: [''] }, 'models.0', 'Too small: expected string to have >=1 characters'),
  invalid(
    'POST',
    'keys',
    { name: 'a', expires_at: 'tomorrow' },
    'expires_at',
    'must be an ISO 8601 time such as 2026-11-20T00:00:00Z',
  ),
  invalid('POST', 'keys', { name: 'a', blocked: 'no' }, 'blocked', 'Invalid input: expected boolean, received string'),
  invalid(
    'POST',
    'keys',
    { name: 'a', metadata: Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`k${index}`, ''])) },
    'metadata',
    'may have at most 16 entries',
  ),

  // Credentials
  missing('POST', 'credentials', { name: 'c', provider: 'openai' }, 'api_key'),
  unknown('POST', 'credentials', { name: 'c', provider: 'openai', api_key: 'k', apiBase: 'x' }, 'apiBase'),
  unknown('PATCH', `credentials/${ABSENT}`, { provider: 'groq' }, 'provider'),
  invalid(
    'POST',
    'credentials',
    { name: 'c', provider: 'openai', api_key: 'two words' },
    'api_key',
    'must be 1 to 4096 printable ASCII characters without spaces',
  ),
  invalid(
    'POST',
    'credentials',
    { name: 'c', provider: 'openai', api_key: 'k\r\nx-evil: 1' },
    'api_key',
    'must be 1 to 4096 printable ASCII characters without spaces',
  ),
  invalid(
    'POST',
    'credentials',
    { name: 'c', provider: 'openai', api_key: 'k', api_base: 'ftp://files/' },
    'api_base',
    'must be an http or https URL',
  ),
  invalid(
    'POST',
    'credentials',
    { name: 'c', provider: 'openai', api_key: 'k', api_base: 'http://user:secret@host/v1' },
    'api_base',
    'must not contain a user name or password',
  ),
  {
    call: ['POST', 'credentials', { name: 'c', provider: 'nobody', api_key: 'k' }],
    error: {
      message: expect.stringMatching(/^Unknown provider 'nobody'\. Known: assemblyai, azure, /),
      param: 'provider',
      code: 'invalid_value',
    },
  },

  // Models
  missing('POST', 'models', { deployments: [] }, 'name'),
  missing('POST', 'models', { name: 'm', deployments: [{ provider: 'openai' }] }, 'deployments.0.upstream_model'),
  unknown('POST', 'models', { name: 'm', deployments: [{ ...deployment, model: 'whisper-1' }] }, 'deployments.0.model'),
  unknown('PATCH', 'models/whisper', { name: 'm', deployments: [] }, 'deployments'),
  {
    call: ['POST', 'models', { name: '-m' }],
    error: { message: expect.stringMatching(/^Invalid 'name': must start with/), param: 'name', code: 'invalid_value' },
  },
  {
    call: ['POST', 'models', { name: 'm', deployments: [{ ...deployment, provider: 'nobody' }] }],
    error: {
      message: expect.stringMatching(/^Unknown provider 'nobody'/),
      param: 'deployments.0.provider',
      code: 'invalid_value',
    },
  },
  {
    call: ['POST', 'models', { name: 'm', deployments: [{ ...deployment, api_key: null }] }],
    error: {
      message: 'openai needs an API key: send api_key or the name of a credential, or set OPENAI_API_KEY',
      param: 'deployments.0.api_key',
      code: 'missing_required_parameter',
    },
  },
  {
    call: ['POST', 'models', { name: 'm', deployments: [{ provider: 'openai-compatible', upstream_model: 'w' }] }],
    error: {
      message: 'openai-compatible has no base URL of its own: send api_base',
      param: 'deployments.0.api_base',
      code: 'missing_required_parameter',
    },
  },
  {
    call: ['POST', 'models', { name: 'm', deployments: [{ ...deployment, api_key: null, credential: 'nope' }] }],
    error: {
      message: "There is no credential with the id or name 'nope'",
      param: 'deployments.0.credential',
      code: 'invalid_value',
    },
  },
  invalid(
    'POST',
    'models',
    { name: 'm', deployments: [{ ...deployment, credential: 'c' }] },
    'deployments.0.api_key',
    'Send either a stored credential or an api_key, not both',
  ),
  unknown(
    'POST',
    'models',
    { name: 'm', deployments: [{ ...deployment, settings: { temperature: 1 } }] },
    'deployments.0.settings.temperature',
  ),
  invalid(
    'POST',
    'models/whisper/deployments',
    { ...deployment, weight: 1001 },
    'weight',
    'must be a number from 0 to 1000',
  ),
  invalid(
    'POST',
    'models/whisper/deployments',
    { ...deployment, weight: '1' },
    'weight',
    'must be a number from 0 to 1000',
  ),
  invalid(
    'POST',
    'models/whisper/deployments',
    { ...deployment, price: { type: 'duration', usd: -1, per: 'minute' } },
    'price.usd',
    'Too small: expected number to be >=0',
  ),
  unknown('PATCH', `models/whisper/deployments/${ABSENT}`, { provider: 'groq' }, 'provider'),
  notAnId('GET', 'models/whisper/deployments/first'),
  notAnId('GET', 'deployments/first'),
  notAnId('PATCH', `deployments/${ABSENT}x`, { weight: 1 }),
  notAnId('DELETE', 'deployments/1'),
  unknown('PATCH', `deployments/${ABSENT}`, { provider: 'groq' }, 'provider'),
  {
    call: ['GET', 'models/a%20b'],
    error: { message: expect.stringMatching(/^must start with a letter/), param: 'model', code: 'invalid_value' },
  },

  // Lists
  invalid('GET', 'keys?limit=0', undefined, 'limit', 'Too small: expected number to be >=1'),
  invalid('GET', 'keys?limit=101', undefined, 'limit', 'Too big: expected number to be <=100'),
  invalid('GET', 'keys?limit=ten', undefined, 'limit', 'Invalid input: expected number, received NaN'),
  invalid('GET', 'keys?cursor=next', undefined, 'cursor', 'must be the next_cursor of an earlier page'),
  invalid('GET', 'credentials?cursor=1', undefined, 'cursor', 'must be the next_cursor of an earlier page'),
  invalid('GET', 'models?cursor=whisper', undefined, 'cursor', 'must be the next_cursor of an earlier page'),
  invalid('GET', 'logs?cursor=0', undefined, 'cursor', 'must be the next_cursor of an earlier page'),
  invalid('GET', 'deployments?cursor=1', undefined, 'cursor', 'must be the next_cursor of an earlier page'),
  unknown('GET', 'keys?page=2', {}, 'page'),
  unknown('GET', 'deployments?enabled=true', {}, 'enabled'),
  unknown('GET', 'logs?key=x', {}, 'key'),
  invalid('GET', 'logs?key_id=podcast-app', undefined, 'key_id', 'must be the id of a key, or master'),
  invalid('GET', 'logs?request_id=1', undefined, 'request_id', 'must be a request id'),
  invalid('GET', 'logs?from=yesterday', undefined, 'from', 'must be an ISO 8601 time such as 2026-11-20T00:00:00Z'),
  invalid(
    'GET',
    'logs?status=ok',
    undefined,
    'status',
    'Invalid option: expected one of "success"|"failure"|"refused"|"cancelled"|"lost"',
  ),
  notAnId('GET', 'logs/latest'),
];

describe('the admin API names what is wrong', () => {
  it.each(
    refusals.map(
      (refusal) =>
        [
          `${refusal.call[0]} ${refusal.call[1]} ${JSON.stringify(refusal.call[2] ?? '')}`.slice(0, 120),
          refusal,
        ] as const,
    ),
  )('%s', async (_what, { call: [method, path, body], error }) => {
    const answer = await bench.gateway.admin(method, path, method === 'GET' ? undefined : body);
    expect(answer.body).toEqual({ error: { type: 'invalid_request_error', ...error } });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('a body that is no JSON object', () => {
  const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
    fetch(`${bench.gateway.url}/admin/v1/keys`, {
      method: 'POST',
      headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json', ...headers },
      body,
    });
  const ENVELOPE = { type: 'invalid_request_error', param: null };

  it.each([
    ['cut off', '{"name": "a"'],
    ['a word', 'name'],
    ['a form', 'name=a'],
    ['a number', '7'],
    ['a trailing comma', '{"name": "a",}'],
  ])('%s', async (_what, body) => {
    const answer = await post(body);
    expect(answer.status).toBe(400);
    const message = 'The request body is not valid JSON';
    expect(await answer.json()).toEqual({ error: { ...ENVELOPE, message, code: 'invalid_json' } });
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('an array', async () => {
    const answer = await post('[]');
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      error: { message: 'Invalid input: expected object, received array', code: 'invalid_value' },
    });
  });

  it('nothing at all', async () => {
    const answer = await bench.gateway.admin('POST', 'keys');
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ error: { type: 'invalid_request_error' } });
    expect(answer.body.error.message).not.toMatch(/undefined|\[object/);
  });

  it('that is to change something and is not there', async () => {
    const { id } = await bench.gateway.createKey();
    const answer = await bench.gateway.admin('PATCH', `keys/${id}`);
    expect([answer.status, answer.body.error.message]).toEqual([400, 'A JSON body is required']);
    expect((await bench.gateway.admin('PATCH', `keys/${id}`, {})).status).toBe(200);
  });

  it('too large', async () => {
    const answer = await post(JSON.stringify({ name: 'a'.repeat(1024 * 1024) }));
    expect(answer.status).toBe(413);
    expect(await answer.json()).toEqual({
      error: { ...ENVELOPE, message: 'The request body is too large', code: 'request_too_large' },
    });
  });

  it('in an encoding that nobody knows', async () => {
    const answer = await post('{}', { 'content-encoding': 'rot13' });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { message: 'The content encoding is not supported' } });
  });

  it('gzip that is none', async () => {
    const answer = await post('{}', { 'content-encoding': 'gzip' });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: ENVELOPE });
  });

  it('is not read before the master key was seen', async () => {
    const answer = await fetch(`${bench.gateway.url}/admin/v1/keys`, { method: 'POST', body: '{' });
    expect(answer.status).toBe(401);
  });
});

describe('what does not exist is a 404 that names it', () => {
  it.each([
    ['GET', `keys/${ABSENT}`, undefined, `There is no key with the id or name '${ABSENT}'`, 'key'],
    ['PATCH', `keys/${ABSENT}`, { blocked: true }, `There is no key with the id or name '${ABSENT}'`, 'key'],
    ['PATCH', `keys/${ABSENT}`, {}, `There is no key with the id or name '${ABSENT}'`, 'key'],
    ['DELETE', `keys/${ABSENT}`, undefined, `There is no key with the id or name '${ABSENT}'`, 'key'],
    ['GET', `credentials/${ABSENT}`, undefined, `There is no credential with the id or name '${ABSENT}'`, 'credential'],
    [
      'PATCH',
      `credentials/${ABSENT}`,
      { name: 'x' },
      `There is no credential with the id or name '${ABSENT}'`,
      'credential',
    ],
    [
      'DELETE',
      `credentials/${ABSENT}`,
      undefined,
      `There is no credential with the id or name '${ABSENT}'`,
      'credential',
    ],
    ['GET', 'keys/1', undefined, "There is no key with the id or name '1'", 'key'],
    ['PATCH', 'keys/nobody', { name: 'a' }, "There is no key with the id or name 'nobody'", 'key'],
    ['DELETE', `keys/${ABSENT}x`, undefined, `There is no key with the id or name '${ABSENT}x'`, 'key'],
    ['GET', 'credentials/whisper', undefined, "There is no credential with the id or name 'whisper'", 'credential'],
    ['GET', `models/${ABSENT}`, undefined, `There is no model with the id or name '${ABSENT}'`, 'model'],
    ['GET', 'models/nope', undefined, "There is no model with the id or name 'nope'", 'model'],
    ['PATCH', 'models/nope', { name: 'x' }, "There is no model with the id or name 'nope'", 'model'],
    ['DELETE', 'models/nope', undefined, "There is no model with the id or name 'nope'", 'model'],
    ['GET', 'models/nope/deployments', undefined, "There is no model with the id or name 'nope'", 'model'],
    ['POST', 'models/nope/deployments', deployment, "There is no model with the id or name 'nope'", 'model'],
    [
      'GET',
      `models/whisper/deployments/${ABSENT}`,
      undefined,
      `The model 'whisper' has no deployment with the id '${ABSENT}'`,
      'id',
    ],
    [
      'PATCH',
      `models/whisper/deployments/${ABSENT}`,
      { weight: 2 },
      `The model 'whisper' has no deployment with the id '${ABSENT}'`,
      'id',
    ],
    [
      'DELETE',
      `models/whisper/deployments/${ABSENT}`,
      undefined,
      `The model 'whisper' has no deployment with the id '${ABSENT}'`,
      'id',
    ],
    ['GET', `deployments/${ABSENT}`, undefined, `There is no deployment with the id '${ABSENT}'`, 'id'],
    ['PATCH', `deployments/${ABSENT}`, { weight: 2 }, `There is no deployment with the id '${ABSENT}'`, 'id'],
    ['DELETE', `deployments/${ABSENT}`, undefined, `There is no deployment with the id '${ABSENT}'`, 'id'],
    ['GET', `logs/${ABSENT}`, undefined, `There is no request with the id '${ABSENT}' in the ledger`, 'id'],
  ])('%s %s', async (method, path, body, message, param) => {
    const answer = await bench.gateway.admin(method, path, body);
    expect(answer.status).toBe(404);
    expect(answer.body).toEqual({ error: { message, type: 'invalid_request_error', param, code: 'not_found' } });
  });

  it('shows nobody else through a deployment of another model', async () => {
    const { body } = await bench.gateway.admin('GET', 'models/gpt4o');
    const answer = await bench.gateway.admin('GET', `models/whisper/deployments/${body.deployments[0].id}`);
    expect(answer.status).toBe(404);
  });
});
