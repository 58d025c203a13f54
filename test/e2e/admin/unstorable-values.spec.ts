import { MASTER_KEY, startTestGateway, type TestGateway } from '../../support/gateway.js';
import { AdminClient } from './admin-client.js';
import { object, OpenApiDocument, type Json, type Operation } from './openapi-document.js';

let gateway: TestGateway;
let document: OpenApiDocument;
beforeAll(async () => {
  gateway = await startTestGateway();
  document = OpenApiDocument.copy;
});
afterAll(() => gateway.close());

const UNSTORABLE = { NUL: 'a\0b', 'half a surrogate pair': 'a\ud800b' };
const ABSENT = '019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3a';

/** A place for text in a body: where it is, and what the answer calls it. */
interface Place {
  readonly path: readonly string[];
  /** The text is the name of a field, not its value. */
  readonly isKey?: true;
}

/** Every place of a schema that takes a value of these types: of text also the names of free fields. */
function placesIn(value: unknown, types: readonly unknown[] = ['string'], path: readonly string[] = []): Place[] {
  const schema = resolve(object(value));
  const variants = ['allOf', 'oneOf', 'anyOf'].flatMap((key) => [schema[key] ?? []].flat());
  const free = schema['additionalProperties'];
  return [
    ...(types.includes(schema['type']) ? [{ path }] : []),
    ...variants.flatMap((it) => placesIn(it, types, path)),
    ...(schema['type'] === 'array' ? placesIn(schema['items'], types, [...path, '0']) : []),
    ...Object.entries(object(schema['properties'])).flatMap(([name, it]) => placesIn(it, types, [...path, name])),
    ...(free === undefined || free === false
      ? []
      : [{ path, isKey: true as const }, { path: [...path, 'free'] }, ...placesIn(free, types, [...path, 'free'])]),
  ];
}

function resolve(schema: Json): Json {
  const { $ref } = schema;
  if (typeof $ref !== 'string') return schema;
  const [, , , name = ''] = $ref.split('/');
  return object(object(object(document.json['components'])['schemas'])[name]);
}

/** A body with nothing but this text in this place. */
function bodyWith({ path, isKey }: Place, value: string | number): unknown {
  const innermost: unknown = isKey ? { [value]: 'value' } : value;
  return path.reduceRight((inner, segment) => (segment === '0' ? [inner] : { [segment]: inner }), innermost);
}

const adminOperations = (): Operation[] => document.operations().filter(({ path }) => path.startsWith('/admin/'));

async function call(method: string, path: string, body?: unknown) {
  const response = await fetch(`${gateway.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!response.headers.get('content-type')?.startsWith('application/json')) {
    // An export, or a stream, which would not end.
    await response.body?.cancel();
    return { status: response.status };
  }
  const answer = object(await response.json());
  return { status: response.status, param: object(answer['error'])['param'] };
}

describe.each(Object.entries(UNSTORABLE))('%s', (_what, text) => {
  it('is refused wherever a body takes text, with the field', async () => {
    const tried: string[] = [];
    for (const { method, path, facts } of adminOperations()) {
      const content = object(object(facts['requestBody'])['content']);
      for (const place of placesIn(object(content['application/json'])['schema'])) {
        const param = place.path.join('.');
        const where = `${method} ${path} ${param}`;
        tried.push(where);
        const answer = await call(method, path.replaceAll(/\{\w+\}/g, ABSENT), bodyWith(place, text));
        expect({ where, ...answer }).toEqual({ where, status: 400, param: param || null });
      }
    }
    expect(tried).toEqual(
      expect.arrayContaining([
        'POST /admin/v1/keys metadata',
        'POST /admin/v1/keys tags.0',
        'PATCH /admin/v1/credentials/{credential} api_base',
        'POST /admin/v1/models deployments.0.settings.free',
        'PATCH /admin/v1/deployments/{id} price.free',
        'PATCH /admin/v1/models/{model} routing.fallbacks.0',
      ]),
    );
  });

  it('is refused in every query parameter and every path', async () => {
    // No URL can hold half a surrogate pair: it has no UTF-8.
    const encoded = text.isWellFormed() ? encodeURIComponent(text) : 'a%ED%A0%80b';
    for (const { method, path, facts } of adminOperations()) {
      for (const it of [facts['parameters'] ?? []].flat()) {
        const { name, in: where } = object(it);
        const filled = path.replaceAll(/\{(\w+)\}/g, (_, other) => (other === name ? encoded : ABSENT));
        const url = where === 'path' ? filled : `${filled}?${String(name)}=${encoded}`;
        const { status } = await call(method, url, method === 'GET' ? undefined : {});
        // Whatever is no page of the dashboard means its first one.
        const harmless = (!text.isWellFormed() && where === 'query') || name === 'return_to';
        expect({ method, url, status }).toEqual({ method, url, status: harmless ? expect.any(Number) : 400 });
        expect(status).toBeLessThan(500);
      }
    }
  });
});

it.each(['keys/%00', 'credentials/a%00b', 'deployments?provider=%00', 'logs?model=%00'])(
  'says which parameter of %s it is',
  async (path) => {
    const { status, body } = await gateway.admin('GET', path);
    expect({ status, ...body.error }).toMatchObject({
      status: 400,
      code: 'invalid_value',
      param: expect.stringMatching(/^(key|credential|provider|model)$/),
      message: expect.stringContaining('must not contain the character NUL (U+0000)'),
    });
  },
);

it('takes characters beyond the first plane, which are whole pairs', async () => {
  const { status, body } = await gateway.admin('POST', 'keys', { name: 'key 🗝️', tags: ['🎙️'] });
  expect({ status, tags: body.tags }).toEqual({ status: 201, tags: ['🎙️'] });
});

it('refuses a body that is nested without end', async () => {
  const settings = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`;
  const deployment = `{"provider":"openai","upstream_model":"whisper-1","api_key":"sk-up","settings":${settings}}`;
  const response = await fetch(`${gateway.url}/admin/v1/models`, {
    method: 'POST',
    headers: { authorization: `Bearer ${MASTER_KEY}` },
    body: `{"name":"deep","deployments":[${deployment}]}`,
  });
  expect(response.status).toBe(400);
  expect(await response.text()).toContain('must not be nested more than 32 levels deep');
});

it('takes no number that it could not show again', async () => {
  const deployment = { provider: 'openai', upstream_model: 'whisper-1', api_key: 'sk-up' };
  const { body: model } = await gateway.admin('POST', 'models', { name: 'numbers', deployments: [deployment] });
  const routes = ['models/numbers', `deployments/${model.deployments[0].id}`];
  for (const route of routes) {
    const { facts } = document.find('PATCH', `/admin/v1/${route}`);
    const { schema } = object(object(object(facts['requestBody'])['content'])['application/json']);
    const places = placesIn(schema, ['number', 'integer']).filter(({ isKey }) => !isKey);
    expect(places.length).toBeGreaterThan(1);
    for (const { path } of places) {
      for (const number of [1e308, -1e308, 5e-324, 2 ** 63, 2 ** 31, 1e15, 0.1, -1]) {
        const body = bodyWith({ path }, number);
        const changed = await gateway.admin('PATCH', route, body);
        const shown = await gateway.admin('GET', route);
        const where = `${route} ${JSON.stringify(body)}`;
        expect({ where, status: changed.status }).toEqual({ where, status: changed.status === 200 ? 200 : 400 });
        expect({ where, shown: shown.body.error ?? null }).toEqual({ where, shown: null });
      }
    }
  }
});

describe('a time', () => {
  const times: readonly [string, number][] = [
    ['9999-12-31T23:59:59-00:01', 400],
    ['9999-12-31T23:59:59.999Z', 201],
    ['0000-01-01T00:00:00Z', 400],
    ['1970-01-01T00:00:00+00:01', 400],
    ['1970-01-01T00:00:00-00:01', 201],
  ];

  it.each(times)(
    '%s as the end of a key is answered with %i, and the list can be read',
    async (expires_at, expected) => {
      const admin = AdminClient.of(gateway.url);
      const { status, body } = await admin.post('keys', { name: `until ${expires_at}`, expires_at });
      expect({ status, param: body.error?.param }).toEqual({
        status: expected,
        param: expected === 400 ? 'expires_at' : undefined,
      });
      expect((await admin.get('keys')).status).toBe(200);
    },
  );

  it.each(times)('%s bounds a list of logs, or is refused', async (time, expected) => {
    const admin = AdminClient.of(gateway.url);
    for (const bound of ['from', 'to']) {
      const { status } = await admin.get(`logs?${bound}=${encodeURIComponent(time)}`);
      expect(status).toBe(expected === 400 ? 400 : 200);
    }
  });
});
