import { makeWav } from '../../support/audio.js';
import { Portkey } from 'portkey-ai';
import { MASTER_KEY } from '../../support/gateway.js';
import { LedgerBench } from '../ledger/ledger-bench.js';

let bench: LedgerBench;
let key: { id: string; key: string };
beforeAll(async () => {
  bench = await LedgerBench.start();
});
afterAll(() => bench.close());
beforeEach(async () => {
  key = await bench.gateway.createKey();
});

/** What was answered. */
interface Answer {
  readonly status: number;
  // Tests read what they expect; the schemas are checked elsewhere.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

async function call(method: string, path: string, secret: string, body: unknown): Promise<Answer> {
  const response = await fetch(bench.gateway.url + path, {
    method,
    headers: { 'x-portkey-api-key': secret, 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

const give = (body: unknown, secret = key.key) => call('POST', '/v1/feedback', secret, body);
const change = (id: string, body: unknown, secret = key.key) => call('PUT', `/v1/feedback/${id}`, secret, body);
const clientOf = (apiKey: string) => new Portkey({ apiKey, baseURL: `${bench.gateway.url}/v1` });

/** What is shown with a log, which is the same in the list. */
async function feedbackOn(id: string): Promise<unknown> {
  const { body } = await bench.gateway.admin('GET', `logs/${id}`);
  const [listed] = await bench.gateway.logs(`request_id=${id}`);
  expect(listed?.feedback).toEqual(body.feedback);
  return body.feedback;
}

/** A request with a trace of its own. */
async function traced(trace: string, secret = key.key): Promise<string> {
  const { status, id } = await bench.transcribe(secret, { 'metadata[trace_id]': trace });
  expect(status).toBe(200);
  return id;
}

it.each(['x-auricle-trace-id', 'x-portkey-trace-id'])(
  'is about the requests of a trace that is named in %s',
  async (header) => {
    const form = new FormData();
    form.append('model', 'whisper');
    form.append('file', new Blob([makeWav({ durationSeconds: 1 })]), 'speech.wav');
    const answered = await fetch(`${bench.gateway.url}/v1/audio/transcriptions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key.key}`, [header]: `of ${header}` },
      body: form,
    });
    expect(answered.status).toBe(200);
    expect((await give({ trace_id: `of ${header}`, value: 7 })).status).toBe(200);
    const id = answered.headers.get('x-request-id') ?? '';
    expect(await feedbackOn(id)).toMatchObject({ score: 7, count: 1 });
  },
);

describe('portkey-ai for Node', () => {
  it('gives a score to the requests of a trace, and changes it', async () => {
    const id = await traced('conversation-1');
    const given = await clientOf(key.key).feedback.create({
      traceID: 'conversation-1',
      value: 5,
      weight: 0.5,
      metadata: { _user: 'ada', text: 'fine' },
    });
    expect(given).toMatchObject({
      status: 'success',
      message: expect.any(String),
      feedback_ids: [expect.stringMatching(/^[0-9a-f-]{36}$/)],
    });
    expect(await feedbackOn(id)).toEqual({
      score: 5,
      count: 1,
      newest: [
        {
          id: expect.any(String),
          value: 5,
          weight: 0.5,
          metadata: { _user: 'ada', text: 'fine' },
          created_at: expect.any(String),
        },
      ],
    });
    const [feedbackID] = (await give({ trace_id: 'conversation-1', value: -10 })).body.feedback_ids;
    // (5 x 0.5 - 10 x 1) / 1.5
    expect(await feedbackOn(id)).toMatchObject({ score: -5, count: 2 });
    await clientOf(key.key).feedback.update({ feedbackID, value: 10, weight: 0 });
    expect(await feedbackOn(id)).toMatchObject({
      score: 5,
      count: 2,
      newest: [{ value: 10, weight: 0, metadata: null }, {}],
    });
  });
});

it('is given several at once', async () => {
  const id = await traced('bulk-1');
  const given = await give([
    { trace_id: 'bulk-1', value: 1 },
    { trace_id: 'bulk-1', value: 2 },
    { trace_id: 'bulk-2', value: -1 },
  ]);
  expect([given.status, given.body.feedback_ids.length]).toEqual([200, 3]);
  expect(await feedbackOn(id)).toMatchObject({ score: 1.5, count: 2 });
  expect(await feedbackOn(await traced('bulk-2'))).toMatchObject({ score: -1 });
});

it('scores a request by its id, also before it is in the ledger', async () => {
  const release = await bench.holdWrites();
  const { id } = await bench.transcribe(key.key);
  expect((await give({ trace_id: id, value: 3 })).status).toBe(200);
  expect(await bench.storedIds()).not.toContain(id);
  await release();
  expect(await feedbackOn(id)).toMatchObject({ score: 3 });
  expect(await feedbackOn(await traced('nobody-said'))).toBeNull();
});

it('says nothing of the requests of another key, whatever trace it names', async () => {
  const foreign = await bench.gateway.createKey();
  const id = await traced('shared-trace');
  const own = await traced('shared-trace', foreign.key);
  expect((await give({ trace_id: id, value: -10 }, foreign.key)).status).toBe(200);
  expect((await give({ trace_id: 'shared-trace', value: -10 }, foreign.key)).status).toBe(200);
  expect(await feedbackOn(id)).toBeNull();
  expect(await feedbackOn(own)).toMatchObject({ score: -10, count: 1 });
});

it('changes no feedback of another key', async () => {
  const foreign = await bench.gateway.createKey();
  const id = await traced('mine');
  const [feedback] = (await give({ trace_id: 'mine', value: 1 })).body.feedback_ids;
  expect(await change(feedback, { value: -1 }, foreign.key)).toMatchObject({
    status: 404,
    body: { error: { code: 'not_found' } },
  });
  expect(await feedbackOn(id)).toMatchObject({ score: 1 });
  expect((await change(feedback, { value: 2, metadata: 'better' }, MASTER_KEY)).status).toBe(200);
  expect(await feedbackOn(id)).toMatchObject({ score: 2, newest: [{ metadata: 'better' }] });
});

it('of the master key is about everybody’s requests', async () => {
  const id = await traced('seen-by-all');
  expect((await give({ trace_id: 'seen-by-all', value: 4 }, MASTER_KEY)).status).toBe(200);
  expect((await give({ trace_id: 'seen-by-all', value: 2 })).status).toBe(200);
  expect(await feedbackOn(id)).toMatchObject({ score: 3, count: 2 });
});

it('is shown up to ten times, and counted in full', async () => {
  const id = await traced('popular');
  await give(Array.from({ length: 30 }, (_, index) => ({ trace_id: 'popular', value: index % 2 })));
  const { score, count, newest } = (await bench.gateway.admin('GET', `logs/${id}`)).body.feedback;
  expect([score, count, newest.length]).toEqual([0.5, 30, 10]);
});

it('is limited for one trace, and all or none', async () => {
  const many = (length: number) => Array.from({ length }, () => ({ trace_id: 'too-much', value: 1 }));
  expect((await give(many(99))).status).toBe(200);
  expect(await give(many(2))).toMatchObject({
    status: 400,
    body: { error: { param: 'trace_id', code: 'too_much_feedback' } },
  });
  expect((await give(many(1))).status).toBe(200);
  expect((await give(many(1))).status).toBe(400);
  // Another key's is counted apart.
  expect((await give(many(1), (await bench.gateway.createKey()).key)).status).toBe(200);
});

describe('what cannot be feedback', () => {
  it.each<[unknown, string | null]>([
    [{ value: 5 }, 'trace_id'],
    [{ trace_id: 'a' }, 'value'],
    [{ trace_id: '', value: 5 }, 'trace_id'],
    [{ trace_id: 'a'.repeat(257), value: 5 }, 'trace_id'],
    [{ trace_id: 7, value: 5 }, 'trace_id'],
    [{ trace_id: 'a', value: 11 }, 'value'],
    [{ trace_id: 'a', value: -11 }, 'value'],
    [{ trace_id: 'a', value: 0.5 }, 'value'],
    [{ trace_id: 'a', value: '5' }, 'value'],
    [{ trace_id: 'a', value: 5, weight: 1.1 }, 'weight'],
    [{ trace_id: 'a', value: 5, weight: -0.1 }, 'weight'],
    [{ trace_id: 'a', value: 5, metadata: { text: 'x'.repeat(17_000) } }, 'metadata'],
    [{ trace_id: 'a', value: 5, metadata: { text: 'a\0b' } }, 'metadata.text'],
    [{ trace_id: 'a\0b', value: 5 }, 'trace_id'],
    [{ trace_id: 'a', value: 5, score: 1 }, 'score'],
    [
      [
        { trace_id: 'a', value: 5 },
        { trace_id: 'a', value: 50 },
      ],
      '1.value',
    ],
    [Array.from({ length: 101 }, () => ({ trace_id: 'a', value: 5 })), null],
    [[], null],
    ['{', null],
  ])('%#', async (body, param) => {
    const answer = await give(body);
    expect([answer.status, answer.body.error.param]).toEqual([400, param]);
  });

  it('nor a change of it', async () => {
    const [id] = (await give({ trace_id: 'fixed', value: 1 })).body.feedback_ids;
    for (const [body, param] of [
      [{ value: 11 }, 'value'],
      [{ trace_id: 'other' }, 'trace_id'],
    ] as const) {
      expect(await change(id, body)).toMatchObject({ status: 400, body: { error: { param } } });
    }
    expect((await change('not-an-id', { value: 1 })).status).toBe(400);
    expect((await change('019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3a', { value: 1 })).status).toBe(404);
    expect((await change(id, {})).status).toBe(200);
  });
});
