import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { object, OpenApiDocument, type Json, type Operation } from './openapi-document.js';

let gateway: TestGateway;
let document: OpenApiDocument;
beforeAll(async () => {
  gateway = await startTestGateway();
  document = new OpenApiDocument(object(await (await fetch(`${gateway.url}/openapi.json`)).json()));
});
afterAll(() => gateway.close());

/** The fields that OpenAPI 3.0.3 gives to each kind of object; a schema with others is of JSON Schema, not of OpenAPI. */
const FIELDS = {
  document: ['openapi', 'info', 'servers', 'paths', 'components', 'security', 'tags', 'externalDocs'],
  operation: [
    'tags',
    'summary',
    'description',
    'externalDocs',
    'operationId',
    'parameters',
    'requestBody',
    'responses',
    'callbacks',
    'deprecated',
    'security',
    'servers',
  ],
  parameter: [
    'name',
    'in',
    'description',
    'required',
    'deprecated',
    'allowEmptyValue',
    'style',
    'explode',
    'allowReserved',
    'schema',
    'example',
    'examples',
    'content',
  ],
  schema: [
    'title',
    'multipleOf',
    'maximum',
    'exclusiveMaximum',
    'minimum',
    'exclusiveMinimum',
    'maxLength',
    'minLength',
    'pattern',
    'maxItems',
    'minItems',
    'uniqueItems',
    'maxProperties',
    'minProperties',
    'required',
    'enum',
    'type',
    'allOf',
    'oneOf',
    'anyOf',
    'not',
    'items',
    'properties',
    'additionalProperties',
    'description',
    'format',
    'default',
    'nullable',
    'discriminator',
    'readOnly',
    'writeOnly',
    'xml',
    'externalDocs',
    'example',
    'deprecated',
  ],
} as const;

function expectFields(kind: keyof typeof FIELDS, value: Json, where: string): void {
  const foreign = Object.keys(value).filter((key) => !FIELDS[kind].some((it) => it === key) && !key.startsWith('x-'));
  expect({ where, foreign }).toEqual({ where, foreign: [] });
}

/** Every schema within a schema, itself included, with where it stands. */
function schemasIn(value: unknown, where: string): [string, Json][] {
  const schema = object(value);
  const inner = [
    ...Object.entries(object(schema['properties'])).map(([name, it]) => [`${where}.${name}`, it] as const),
    ...['items', 'not', 'additionalProperties'].flatMap((key) =>
      typeof schema[key] === 'object' ? [[`${where}.${key}`, schema[key]] as const] : [],
    ),
    ...['allOf', 'oneOf', 'anyOf'].flatMap((key) =>
      [schema[key] ?? []].flat().map((it, index) => [`${where}.${key}.${index}`, it] as const),
    ),
  ];
  return [[where, schema], ...inner.flatMap(([at, it]) => schemasIn(it, at))];
}

/** Every media type of an operation's request and answers. */
function contentsOf({ method, path, facts }: Operation): [string, Json][] {
  const bodies: [string, unknown][] = [
    [`${method} ${path} body`, facts['requestBody']],
    ...Object.entries(object(facts['responses'])).map(([status, it]): [string, unknown] => [
      `${method} ${path} ${status}`,
      it,
    ]),
  ];
  return bodies.flatMap(([where, body]) =>
    Object.entries(object(object(body)['content'])).map(([type, it]): [string, Json] => [
      `${where} ${type}`,
      object(it),
    ]),
  );
}

function allSchemas(): [string, Json][] {
  const named = Object.entries(object(object(document.json['components'])['schemas']));
  const inline = document
    .operations()
    .flatMap((operation) => [
      ...contentsOf(operation).map(([where, it]): [string, unknown] => [where, it['schema']]),
      ...parametersOf(operation).map((it): [string, unknown] => [
        `${operation.path} ${String(it['name'])}`,
        it['schema'],
      ]),
    ]);
  return [...named, ...inline].flatMap(([where, schema]) => schemasIn(schema, where));
}

function parametersOf({ facts }: Operation): Json[] {
  return [facts['parameters'] ?? []].flat().map(object);
}

it('is OpenAPI 3.0, with the fields that 3.0 knows and no others', () => {
  expect(document.json['openapi']).toMatch(/^3\.0\.\d$/);
  expect(object(document.json['info'])).toMatchObject({ title: 'Auricle', version: expect.any(String) });
  expectFields('document', document.json, 'document');
  for (const operation of document.operations()) {
    const where = `${operation.method} ${operation.path}`;
    expectFields('operation', operation.facts, where);
    for (const parameter of parametersOf(operation)) expectFields('parameter', parameter, where);
  }
});

it('has schemas of OpenAPI 3.0 that compile', () => {
  const types = ['string', 'number', 'integer', 'boolean', 'array', 'object', undefined];
  for (const [where, schema] of allSchemas()) {
    if ('$ref' in schema) {
      expect({ where, keys: Object.keys(schema) }).toEqual({ where, keys: ['$ref'] });
      continue;
    }
    expectFields('schema', schema, where);
    expect({ where, known: types.some((it) => it === schema['type']) }).toEqual({ where, known: true });
    if (schema['type'] === 'array') expect({ where, items: 'items' in schema }).toEqual({ where, items: true });
    expect(() => document.compile(schema)).not.toThrow();
  }
});

it('resolves every reference, and uses every component', () => {
  const text = JSON.stringify(document.json);
  const references = new Set([...text.matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1] ?? ''));
  for (const reference of references) {
    const found = reference
      .replace(/^#\//, '')
      .split('/')
      .reduce((value: unknown, key) => object(value)[key], document.json);
    expect({ reference, found: found !== undefined }).toEqual({ reference, found: true });
  }
  for (const name of Object.keys(object(object(document.json['components'])['schemas']))) {
    expect(references).toContain(`#/components/schemas/${name}`);
  }
});

it('names every operation once, and says who may call it', () => {
  const ids = document.operations().map(({ facts }) => facts['operationId']);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.every((id) => typeof id === 'string' && /^[a-z][A-Za-z]+$/.test(id))).toBe(true);
  // Opaque keys: no `bearerFormat`, which would promise a token of a known kind.
  expect(object(object(document.json['components'])['securitySchemes'])).toEqual({
    api_key: { type: 'http', scheme: 'bearer', description: expect.any(String) },
    master_key: { type: 'http', scheme: 'bearer', description: expect.stringContaining('or an admin key') },
    session: { type: 'apiKey', in: 'cookie', name: '__Host-auricle_session', description: expect.any(String) },
  });
  for (const { method, path, facts } of document.operations()) {
    const roles = [facts['x-roles'] ?? []].flat();
    expect({ path, has: roles.length > 0 }).toEqual({
      path,
      has: JSON.stringify(facts['security']).includes('master_key'),
    });
    for (const role of roles) expect(facts['description']).toContain(`\`${String(role)}\``);
    const isManagement = /^\/((key|model|spend|global)\/(?!info$)|team\/|v1\/configs|metrics$)/.test(path);
    // Signing in needs no key but that in the body, and signing out nothing.
    const isOfSession = path.startsWith('/admin/v1/session/oidc') || path === '/admin/v1/session';
    const expected = isOfSession
      ? method === 'GET' && !path.includes('/oidc')
        ? [{ session: [] }]
        : []
      : path.startsWith('/admin/') || isManagement
        ? [{ master_key: [] }]
        : path.startsWith('/health/')
          ? []
          : [{ api_key: [] }];
    expect({ path, security: facts['security'] }).toEqual({ path, security: expected });
  }
});

/** What must be in a query. */
const REQUIRED_QUERIES = new Set([
  'GET /global/spend/report start_date',
  'GET /global/spend/report end_date',
  'DELETE /admin/v1/sessions except',
]);

it('tells what every operation, parameter and answer is', () => {
  const tags = [document.json['tags'] ?? []].flat().map((tag) => object(tag)['name']);
  for (const operation of document.operations()) {
    const { method, path, facts } = operation;
    const where = `${method} ${path}`;
    expect({ where, summary: facts['summary'] }).toEqual({ where, summary: expect.stringMatching(/^\S.{5,}/) });
    for (const tag of [facts['tags']].flat()) expect(tags).toContain(tag);
    const parameters = parametersOf(operation);
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    expect({ where, names: parameters.filter((it) => it['in'] === 'path').map((it) => it['name']) }).toEqual({
      where,
      names: inPath,
    });
    for (const parameter of parameters) {
      expect({ where, parameter }).toEqual({
        where,
        parameter: expect.objectContaining({
          name: expect.any(String),
          in: expect.stringMatching(/^(path|query|header)$/),
          required: parameter['in'] === 'path' || REQUIRED_QUERIES.has(`${where} ${String(parameter['name'])}`),
          schema: expect.any(Object),
        }),
      });
    }
    const responses = Object.entries(object(facts['responses']));
    expect(responses.length).toBeGreaterThan(0);
    for (const [status, response] of responses) {
      expect({ where, status, response }).toMatchObject({
        where,
        response: { description: expect.stringMatching(/./) },
      });
    }
    for (const [at, media] of contentsOf(operation)) {
      const has = 'schema' in media;
      expect({ at, has }).toEqual({ at, has: true });
    }
  }
});

it('documents 401 where there is a key, 404 where a name is in the path, 431 everywhere, and the envelope for all errors', () => {
  for (const { method, path, facts } of document.operations()) {
    const statuses = Object.keys(object(facts['responses']));
    if ([facts['security']].flat().length > 0)
      expect({ method, path, statuses }).toMatchObject({ statuses: expect.arrayContaining(['401']) });
    if (path.includes('{'))
      expect({ method, path, statuses }).toMatchObject({ statuses: expect.arrayContaining(['404']) });
    expect({ method, path, statuses }).toMatchObject({ statuses: expect.arrayContaining(['431']) });
    for (const status of statuses.filter((it) => Number(it) >= 400 && !path.startsWith('/health'))) {
      expect(object(facts['responses'])[status]).toMatchObject({
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      });
    }
  }
});

it('has forms that can be sent from the page: a file, and every field that the gateway reads', () => {
  const form = (path: string): Json => {
    const { facts } = document.find('POST', path);
    return object(object(object(object(facts['requestBody'])['content'])['multipart/form-data'])['schema']);
  };
  for (const path of ['/v1/audio/transcriptions', '/audio/transcriptions']) {
    const { properties, required } = form(path);
    // The audio is either `file` or the address in `url`.
    expect(required).toEqual(['model']);
    expect(object(properties)['file']).toMatchObject({ type: 'string', format: 'binary' });
    expect(Object.keys(object(properties)).toSorted()).toEqual(
      [
        'file',
        'url',
        'cache',
        'drop_params',
        'fallbacks[]',
        'metadata',
        'user',
        'tags[]',
        'mock_testing_fallbacks',
        'num_retries',
        'timeout',
        'model',
        'language',
        'languages[]',
        'keywords[]',
        'prompt',
        'response_format',
        'temperature',
        'timestamp_granularities[]',
        'include[]',
        'stream',
        'chunking_strategy',
        'known_speaker_names[]',
        'known_speaker_references[]',
      ].toSorted(),
    );
  }
  for (const path of ['/v1/audio/translations', '/audio/translations']) {
    expect(Object.keys(object(form(path)['properties'])).toSorted()).toEqual(
      [
        'file',
        'url',
        'cache',
        'model',
        'language',
        'prompt',
        'response_format',
        'stream',
        'temperature',
        'drop_params',
        'fallbacks[]',
        'metadata',
        'user',
        'tags[]',
        'mock_testing_fallbacks',
        'num_retries',
        'timeout',
      ].toSorted(),
    );
  }
});

it('gives examples that its own schemas accept', () => {
  let examples = 0;
  for (const [where, schema] of allSchemas()) {
    if (!('example' in schema)) continue;
    examples += 1;
    const validate = document.compile(schema);
    const valid = validate(schema['example']);
    expect({ where, valid, errors: validate.errors }).toEqual({ where, valid: true, errors: null });
  }
  expect(examples).toBeGreaterThan(50);
});

it('is served as JSON, as YAML and as a page, to everybody', async () => {
  const yaml = await fetch(`${gateway.url}/openapi.yaml`);
  const { openapi, paths } = object(parse(await yaml.text()));
  expect(openapi).toBe(document.json['openapi']);
  expect(Object.keys(object(paths))).toEqual(Object.keys(object(document.json['paths'])));
  const page = await fetch(`${gateway.url}/docs`);
  expect(page.headers.get('content-type')).toMatch(/^text\/html/);
  expect(await page.text()).toContain('<title>Auricle API</title>');
});

it('is the same as its copy in docs/openapi.json; if not, run `npm run openapi`', async () => {
  const copy: unknown = JSON.parse(await readFile(new URL('../../../docs/openapi.json', import.meta.url), 'utf8'));
  expect(document.json).toEqual(copy);
});
