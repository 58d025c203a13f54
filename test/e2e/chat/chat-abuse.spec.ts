import { once } from 'node:events';
import { connect } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { CLOCK } from '../../../src/http/clock.js';
import { ManualClock } from '../../support/manual-clock.js';
import { plainChat } from '../../support/audio-chat-simulator.js';
import { answer, eventStream, pieces } from '../../support/simulator-answers.js';
import { asked, ChatBench, eventsOf, heard } from './chat-bench.js';

let bench: ChatBench;
beforeAll(async () => {
  bench = await ChatBench.start({ MAX_CHAT_BODY_MB: '12', MAX_FILE_SIZE_MB: '8', UPLOAD_MEMORY_MB: '40' });
});
afterAll(() => bench.close());

const MIB = 1024 * 1024;
const row = (response: Response) => bench.gateway.row(response);

describe('large bodies', () => {
  it('are served while others are, too', async () => {
    const base64 = Buffer.alloc(7 * MIB, 'RIFF').toString('base64');
    const large = bench.post({ model: 'own', messages: [heard(base64)] });
    const small = await bench.post({ model: 'own', messages: [asked] });
    expect(small.status).toBe(200);
    expect((await large).status).toBe(200);
    expect(await row(await large)).toMatchObject({ audio_bytes: 7 * MIB, status: 'success' });
    const sent = bench.plain.requests.find(({ rawBody }) => rawBody.length > MIB);
    expect(sent?.rawBody.includes(base64)).toBe(true);
  });

  it('are refused beyond the limit, declared or not', async () => {
    const body = Buffer.alloc(13 * MIB, ' ');
    expect((await bench.post(body)).status).toBe(413);
    const stream = new ReadableStream({
      start(controller) {
        for (let sent = 0; sent < 13; sent += 1) controller.enqueue(new Uint8Array(MIB));
        controller.close();
      },
    });
    const init: RequestInit & { duplex: 'half' } = {
      method: 'POST',
      headers: { authorization: `Bearer ${bench.key}` },
      body: stream,
      duplex: 'half',
    };
    const response = await fetch(`${bench.gateway.url}/v1/chat/completions`, init);
    expect(await response.json()).toMatchObject({ error: { code: 'request_too_large' } });
    const long = await bench.post({ model: 'own', messages: [heard(Buffer.alloc(8 * MIB + 3).toString('base64'))] });
    expect([long.status, await long.json()]).toMatchObject([
      413,
      { error: { code: 'file_too_large', param: 'messages[0].content[1].input_audio.data' } },
    ]);
  });

  it('may come byte by byte', async () => {
    const body = JSON.stringify({ model: 'own', messages: [heard()] });
    const { port } = new URL(bench.gateway.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${bench.key}\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n`,
    );
    const head = body.slice(0, 2_000);
    for (const byte of head) socket.write(`1\r\n${byte}\r\n`);
    const rest = body.slice(2_000);
    socket.write(`${rest.length.toString(16)}\r\n${rest}\r\n0\r\n\r\n`);
    const [first] = await once(socket, 'data');
    expect(String(first)).toMatch(/^HTTP\/1\.1 200 /);
    socket.destroy();
  });

  it.each([
    ['values', `{"model":"own","messages":[${'1,'.repeat(MIB)}1]}`],
    ['arrays', `{"model":"own","x":[${'[],'.repeat(MIB)}1],"messages":[`],
    ['escapes', `{"model":"own","messages":["${'\\"'.repeat(MIB)}`],
    ['members', `{"model":"own","messages":[],${'"a":1,'.repeat(200_000)}"b":1}`],
    [
      'recordings',
      `{"model":"own","messages":[{"content":[${Array(101).fill('{"type":"input_audio","input_audio":{"data":"QUJD"}}').join(',')}]}]}`,
    ],
  ])('of many %s are refused', async (_what, body) => {
    const response = await bench.post(body);
    expect([response.status, await response.json()]).toMatchObject([400, { error: { message: expect.any(String) } }]);
  });

  it('give back their memory', async () => {
    const base64 = Buffer.alloc(7 * MIB, 'RIFF').toString('base64');
    const body = JSON.stringify({ model: 'own', messages: [heard(base64)] });
    for (let sent = 0; sent < 8; sent += 1) expect((await bench.post(body)).status).toBe(200);
    const together = await Promise.all(Array.from({ length: 9 }, () => bench.post(body)));
    expect(new Set(together.map(({ status }) => status))).toEqual(new Set([200, 503]));
    expect((await bench.post(body)).status).toBe(200);
    // The answer is there before the request has ended.
    while ((await bench.gateway.spooledFiles()).length > 0) await nextTurn();
  });
});

describe('a hundred at once', () => {
  it('are all served, each with its own answer and row', async () => {
    const echo = await bench.simulator(plainChat);
    await bench.model('echo', [{ ...bench.deployment(echo, 'openai-compatible', 'any-model'), mode: 'chat' }]);
    echo.hear(({ rawBody }) =>
      answer(200, { choices: [{ message: { role: 'assistant', content: JSON.parse(rawBody.toString()).user } }] }),
    );
    const users = Array.from({ length: 100 }, (_, index) => `user-${index}`);
    const responses = await Promise.all(users.map((user) => bench.post({ model: 'echo', messages: [heard()], user })));
    const said = await Promise.all(responses.map(async (it) => Object(await it.json()).choices[0].message.content));
    expect(said).toEqual(users);
    const rows = await bench.gateway.logs('limit=100');
    expect(rows.map((it) => Object(it['metadata']).user).toSorted()).toEqual(users.toSorted());
  });
});

describe('a provider that was asked for speech', () => {
  const spoken = {
    model: 'own',
    messages: [asked],
    modalities: ['text', 'audio'],
    audio: { voice: 'alloy', format: 'pcm16' },
  };
  const usage = { prompt_tokens: 20, completion_tokens: 0, total_tokens: 20 };
  const silent: readonly (readonly [string, object])[] = [
    ['nothing', { role: 'assistant' }],
    ['null', { role: 'assistant', content: null, refusal: null, audio: null }],
    ['empty words', { role: 'assistant', content: '', refusal: '', tool_calls: [] }],
    ['a sound without data', { role: 'assistant', content: null, audio: { id: 'a', data: '', transcript: '' } }],
  ];
  const eloquent: readonly (readonly [string, object])[] = [
    ['a sound', { audio: { id: 'a', data: 'UklGRg==' } }],
    ['words', { content: 'Yes' }],
    ['a refusal', { content: null, refusal: 'I cannot say that.' }],
    [
      'a call of a tool',
      { content: null, tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }] },
    ],
    ['an old call', { content: null, function_call: { name: 'f', arguments: '{}' } }],
  ];
  const whole = (message: object) => answer(200, { choices: [{ index: 0, message, finish_reason: 'stop' }], usage });
  const inPieces = (delta: object) =>
    eventStream([
      { choices: [{ index: 0, delta }] },
      { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage },
      '[DONE]',
    ]);

  it.each(silent)('and answers with %s has failed', async (_what, message) => {
    bench.plain.respondWith(whole(message));
    const response = await bench.post(spoken);
    expect([response.status, await response.json()]).toMatchObject([502, { error: { code: 'provider_bad_response' } }]);
    expect(await row(response)).toMatchObject({ status: 'failure', attempts: [{ outcome: 'bad_response' }] });
    bench.plain.respondWith(inPieces(message));
    expect((await eventsOf(await bench.post({ ...spoken, stream: true }))).at(-1)).toContain('provider_bad_response');
  });

  it.each(eloquent)('and answers with %s has not', async (_what, message) => {
    bench.plain.respondWith(whole({ role: 'assistant', ...message }));
    expect((await bench.post(spoken)).status).toBe(200);
    bench.plain.respondWith(inPieces(message));
    expect((await eventsOf(await bench.post({ ...spoken, stream: true }))).at(-1)).toBe('[DONE]');
  });

  it('has another one asked in its place', async () => {
    const second = await bench.simulator(plainChat);
    const deployments = [bench.plain, second].map((it, index) => ({
      ...bench.deployment(it, 'openai-compatible', 'any-model'),
      mode: 'chat',
      routing: { order: index + 1 },
    }));
    await bench.model('two', deployments);
    bench.plain.respondWith(whole({ role: 'assistant', content: null }));
    const response = await bench.post({ ...spoken, model: 'two' });
    expect(response.status).toBe(200);
    expect(Object(await response.json()).choices[0].message.audio.data).toMatch(/^UklGR/);
  });
});

describe('broken streams', () => {
  const chunk = { choices: [{ index: 0, delta: { content: 'Yes' } }] };

  it('of a client that leaves end the call, and are cancelled', async () => {
    let goOn = (): void => undefined;
    const waiting = new Promise<void>((resolve) => (goOn = resolve));
    bench.plain.respondWith(
      eventStream(
        (async function* () {
          yield chunk;
          await waiting;
        })(),
      ),
    );
    const controller = new AbortController();
    const response = await bench.post({ model: 'own', messages: [asked], stream: true }, { signal: controller.signal });
    const reader = response.body?.getReader();
    await reader?.read();
    controller.abort();
    await bench.plain.lastRequest.aborted;
    goOn();
    for (;;) {
      const [latest] = await bench.gateway.logs('limit=1');
      if (latest?.['id'] === response.headers.get('x-request-id')) {
        expect(latest).toMatchObject({ status: 'cancelled', stream: true, cost_estimated: true });
        break;
      }
      await nextTurn();
    }
  });

  it('of a provider that breaks off end with an error', async () => {
    bench.plain.respondWith(
      pieces([`data: ${JSON.stringify(chunk)}\n\n`, 'data: {"cho'], { 'content-type': 'text/event-stream' }),
    );
    const response = await bench.post({ model: 'own', messages: [asked], stream: true });
    expect((await eventsOf(response)).at(-1)).toContain('provider_bad_response');
  });

  it('in pieces of a byte are put together', async () => {
    const text = `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: 'é€😀' } }] })}\n\ndata: [DONE]\n\n`;
    const bytes = Buffer.from(text);
    bench.plain.respondWith(
      pieces(
        Array.from(bytes, (_, index) => bytes.subarray(index, index + 1)),
        { 'content-type': 'text/event-stream' },
      ),
    );
    const response = await bench.post({ model: 'own', messages: [asked], stream: true });
    expect(await row(response)).toMatchObject({ status: 'success', transcript: 'é€😀' });
  });
});

describe('a stream that stalls', () => {
  it('ends with an error', async () => {
    const clock = new ManualClock();
    const timed = await ChatBench.start({ ATTEMPT_TIMEOUT_SECONDS: '60' }, [{ provide: CLOCK, useValue: clock }]);
    const first = { choices: [{ index: 0, delta: { content: 'Yes' } }] };
    timed.plain.respondWith(
      eventStream(
        (async function* () {
          yield first;
          await new Promise<never>(() => undefined);
        })(),
      ),
    );
    const response = await timed.post({ model: 'own', messages: [asked], stream: true });
    const reader = response.body?.getReader();
    const { value } = (await reader?.read()) ?? {};
    expect(Buffer.from(value ?? []).toString()).toContain('Yes');
    const readRest = async (): Promise<string> => {
      let rest = '';
      for (let step = await reader?.read(); step && !step.done; step = await reader?.read()) {
        rest += Buffer.from(step.value).toString();
      }
      return rest;
    };
    const rest = await clock.passUntil(readRest());
    expect(rest).toContain(': waiting');
    expect(rest).toContain('"code":"timeout"');
    expect(await timed.gateway.row(response)).toMatchObject({ status: 'failure', http_status: 200 });
    await timed.close();
  });
});
