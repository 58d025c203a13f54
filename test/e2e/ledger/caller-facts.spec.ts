import { Client } from 'pg';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { audioFile, form } from '../bad-input/bench.js';

let gateway: TestGateway;
let database: Client;
let key: string;
beforeAll(async () => {
  gateway = await startTestGateway();
  database = new Client({ connectionString: gateway.databaseUrl });
  await database.connect();
  key = (await gateway.createKey()).key;
});
afterAll(async () => {
  await database.end();
  await gateway.close();
});

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const ours = {
  'x-auricle-user': 'u-1',
  'x-auricle-tags': 'night, batch',
  'x-auricle-metadata': '{"job": "episode-12"}',
  'x-auricle-trace-id': 'order-7',
  traceparent: `00-${TRACE}-00f067aa0ba902b7-01`,
};
const kept = { end_user: 'u-1', tags: ['night', 'batch'], metadata: { job: 'episode-12' }, trace_id: 'order-7' };

const recording = (fields: Record<string, string>) => form({ model: 'sandbox', file: audioFile(), ...fields });
const json = (body: object) => JSON.stringify(body);
const asked: Record<'transcribe' | 'translate' | 'speak' | 'chat', () => readonly [string, FormData | string]> = {
  transcribe: () => ['/v1/audio/transcriptions', recording({})],
  translate: () => ['/v1/audio/translations', recording({})],
  speak: () => ['/v1/audio/speech', json({ model: 'sandbox-speech', input: 'Hello.', voice: 'alloy' })],
  chat: () => ['/v1/chat/completions', json({ model: 'sandbox', messages: [{ role: 'user', content: 'Hi.' }] })],
};
const tasks = Object.entries(asked);

async function send(path: string, body: FormData | string, headers: Record<string, string>): Promise<Response> {
  const response = await fetch(`${gateway.url}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      ...(typeof body === 'string' && { 'content-type': 'application/json' }),
      ...headers,
    },
    body,
  });
  await response.arrayBuffer();
  return response;
}

/** What the ledger has of an answered request. */
async function rowOf(response: Response): Promise<Record<string, unknown>> {
  const { id } = await gateway.row(response);
  const columns = 'task, status, end_user, tags, metadata, trace_id';
  const { rows } = await database.query<Record<string, unknown>>(`SELECT ${columns} FROM request_log WHERE id = $1`, [
    id,
  ]);
  return rows[0] ?? {};
}

describe('what a caller says of its request', () => {
  it.each(tasks)('comes back in the row: %s', async (task, request) => {
    const response = await send(...request(), ours);
    expect(response.status).toBe(200);
    expect(await rowOf(response)).toEqual({ task, status: 'success', ...kept });
  });

  it.each(tasks)('is known although the body is refused: %s', async (task, request) => {
    const [path, body] = request();
    const response = await send(path, typeof body === 'string' ? '{' : 'no form', ours);
    expect(response.status).toBe(400);
    expect(await rowOf(response)).toEqual({ task, status: 'refused', ...kept });
  });

  it.each(tasks)('is refused by the name of the header, and leaves the rest: %s', async (task, request) => {
    const response = await send(...request(), { ...ours, 'x-auricle-metadata': '{"n": 1}' });
    expect(response.status).toBe(400);
    expect(await rowOf(response)).toEqual({ task, status: 'refused', ...kept, metadata: null });
  });

  it.each(tasks)('never stands in the way where a standard says to ignore it: %s', async (task, request) => {
    const response = await send(...request(), { traceparent: 'not-a-trace', tracestate: '===', baggage: ';;' });
    expect(response.status).toBe(200);
    expect(await rowOf(response)).toMatchObject({ task, trace_id: null });
  });

  it("is told in OpenAI's and the doors' own words, too", async () => {
    const fields = { user: 'u-2', tags: 'a,b', metadata: '{"job": "j"}' };
    expect(await rowOf(await send('/v1/audio/transcriptions', recording(fields), {}))).toMatchObject({
      end_user: 'u-2',
      tags: ['a', 'b'],
      metadata: { job: 'j' },
    });
    const chat = { model: 'sandbox', messages: [{ role: 'user', content: 'Hi.' }], safety_identifier: 'u-3' };
    expect(await rowOf(await send('/v1/chat/completions', json(chat), {}))).toMatchObject({ end_user: 'u-3' });
    const [path, body] = asked.speak();
    const portkey = { 'x-portkey-metadata': '{"_user": "u-4", "job": "j"}', 'x-portkey-trace-id': 'trace-4' };
    expect(await rowOf(await send(path, body, portkey))).toMatchObject({ end_user: 'u-4', trace_id: 'trace-4' });
    const litellm = {
      'x-litellm-tags': 'c, d',
      'x-litellm-end-user-id': 'u-5',
      'x-litellm-spend-logs-metadata': '{"job": "j"}',
      'x-litellm-trace-id': 'trace-5',
    };
    expect(await rowOf(await send('/v1/audio/transcriptions', 'no form', litellm))).toMatchObject({
      status: 'refused',
      end_user: 'u-5',
      tags: ['c', 'd'],
      metadata: { job: 'j' },
      trace_id: 'trace-5',
    });
  });
});
