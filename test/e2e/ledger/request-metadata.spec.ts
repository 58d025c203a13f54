import { z } from 'zod';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import type { SimulatorServer } from '../../support/simulator-server.js';
import { modelBodyOf, simulators } from '../../support/simulators.js';
import { audioFile, form } from '../bad-input/bench.js';

let gateway: TestGateway;
let key: string;
const servers = new Map<string, SimulatorServer>();
beforeAll(async () => {
  gateway = await startTestGateway();
  key = (await gateway.createKey()).key;
  for (const simulator of simulators) {
    const server = await simulator.start();
    servers.set(simulator.provider, server);
    expect((await gateway.admin('POST', 'models', modelBodyOf(simulator, server))).status).toBe(201);
  }
});
afterAll(async () => {
  for (const server of servers.values()) await server.close();
  await gateway.close();
});

async function send(provider: string, fields: Record<string, string>): Promise<Response> {
  return await fetch(`${gateway.url}/v1/audio/transcriptions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: form({ model: `simulated-${provider}`, file: audioFile(), ...fields }),
  });
}

async function errorOf(response: Response) {
  return errorSchema.parse(await response.json()).error;
}

const errorSchema = z.object({ error: z.object({ param: z.string(), code: z.string() }) });

/** All that a provider has been sent since the last look, as text. */
function heardBy(provider: string): string {
  const requests = servers.get(provider)?.requests ?? [];
  return requests
    .map(({ path, headers, rawBody }) => [path, JSON.stringify(headers), rawBody.toString('latin1')].join('\n'))
    .join('\n');
}

const notes = {
  metadata: '{"job": "note-of-the-client", "count": 3}',
  'metadata[episode]': 'note-of-the-client-12',
  litellm_metadata: '{"trace": "note-of-the-client-t"}',
  user: 'note-of-the-client-u',
  'tags[]': 'note-of-the-client-x',
};
const kept = {
  job: 'note-of-the-client',
  count: 3,
  episode: 'note-of-the-client-12',
  trace: 'note-of-the-client-t',
  user: 'note-of-the-client-u',
  tags: ['note-of-the-client-x'],
};

const providers = simulators.map(({ provider }) => provider);

describe("the client's own notes", () => {
  it.each(providers)('are kept in the log and not sent to %s', async (provider) => {
    const response = await send(provider, notes);
    expect(response.status).toBe(200);
    expect(response.headers.get('x-auricle-warning') ?? '').not.toMatch(/metadata|user|tags/);
    expect(heardBy(provider)).not.toBe('');
    expect(heardBy(provider)).not.toMatch(/note-of-the-client|metadata/);
    expect(await gateway.row(response)).toMatchObject({ status: 'success', metadata: kept });
    expect((await gateway.logs('limit=1'))[0]).toMatchObject({ metadata: kept });
  });

  it('are kept of a request that is refused, and null where there are none', async () => {
    const refused = await send('openai', { ...notes, temperature: 'hot' });
    expect([refused.status, (await gateway.row(refused)).metadata]).toEqual([400, kept]);
    expect((await gateway.row(await send('openai', {}))).metadata).toBeNull();
  });

  it('are made storable', async () => {
    const response = await send('openai', {
      metadata: '{"a\\u0000": "b\\ud800\\u0000", "n": 1e999}',
      tags: '["t\\ud800"]',
    });
    expect((await gateway.row(response)).metadata).toEqual({ a: 'b\ufffd', n: null, tags: ['t\ufffd'] });
  });

  it('are refused where they are too large, with the field', async () => {
    const response = await send('openai', { metadata: JSON.stringify({ a: 'x'.repeat(20_000) }) });
    const error = await errorOf(response);
    expect([response.status, error.param, error.code]).toEqual([400, 'metadata', 'invalid_value']);
    expect(await gateway.row(response)).toMatchObject({ status: 'refused', metadata: null });
  });
});

describe('what belongs to the deployment', () => {
  const fields = [
    'api_base',
    'base_url',
    'api_key',
    'api_version',
    'extra_headers',
    'extra_headers[x-secret]',
    'extra_body',
    'custom_llm_provider',
    'API-Key',
    'organization',
    'aws_secret_access_key',
    'vertex_credentials',
  ];

  it.each(providers)('is refused before %s is asked', async (provider) => {
    const before = servers.get(provider)?.requests.length;
    for (const field of fields) {
      for (const more of [[], [['drop_params', 'true']]]) {
        const response = await send(provider, Object.fromEntries([[field, 'http://127.0.0.1:9'], ...more]));
        const error = await errorOf(response);
        expect([response.status, error.param, error.code]).toEqual([400, field, 'unknown_parameter']);
      }
    }
    expect(servers.get(provider)?.requests.length).toBe(before);
  });
});
