import OpenAI from 'openai';
import { pieces } from '../../support/simulator-answers.js';
import { streamEvents } from '../../support/simulator-fixtures.js';
import { MULTIPART, partHead, RawHttp } from '../../support/raw-http.js';
import { AUDIO, audioFile, Bench, form } from './bench.js';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.start({ REQUEST_TIMEOUT_SECONDS: '1' });
});
afterAll(async () => bench.close());
beforeEach(() => bench.renew());
afterEach(() => bench.expectAftermath(1));

const TIMEOUT = { type: 'server_error', param: null, code: 'timeout' };

it('ends a call of a provider that does not answer', async () => {
  bench.simulator.respondWith(bench.clock.silence(1000));
  const arrival = bench.simulator.nextRequest();
  const answer = await bench.send(form({ model: 'whisper', file: audioFile() }));
  expect(answer.status).toBe(504);
  expect(await answer.json()).toEqual({
    error: { ...TIMEOUT, message: 'The provider did not answer before the deadline of the request.' },
  });
  expect(answer.headers.get('x-should-retry')).toBe('false');
  await (
    await arrival
  ).aborted;
  expect(await bench.row()).toMatchObject({
    status: 'failure',
    http_status: 504,
    error_code: 'timeout',
    // A provider that was at work may send a bill.
    cost_usd: 0.0001,
    cost_estimated: true,
    attempts: [{ outcome: 'timeout' }],
  });
});

it('ends a stream that stops in its middle, with an event that SDKs understand', async () => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const arrival = bench.simulator.nextRequest();
  bench.simulator.respondWith(
    pieces(
      (async function* () {
        yield `data: ${JSON.stringify(streamEvents(false)[0])}\n\n`;
        await held;
      })(),
      { 'content-type': 'text/event-stream' },
    ),
  );
  const client = new OpenAI({ baseURL: `${bench.gateway.url}/v1`, apiKey: bench.key.key, maxRetries: 0 });
  const stream = await client.audio.transcriptions.create({ model: 'gpt4o', file: audioFile(), stream: true });
  const reading = (async () => {
    for await (const event of stream) {
      expect(event.type).toBe('transcript.text.delta');
      bench.clock.advance(1000);
    }
  })();
  await expect(reading).rejects.toMatchObject({ code: 'timeout', type: 'server_error' });
  await (
    await arrival
  ).aborted;
  release();
  expect(await bench.row()).toMatchObject({
    status: 'failure',
    http_status: 200,
    error_code: 'timeout',
    attempts: [{ outcome: 'timeout' }],
  });
});

it('ends an upload that does not go on, and calls nobody', async () => {
  const calls = bench.simulator.requests.length;
  const client = await RawHttp.connect(bench.gateway.url);
  client.head('POST /v1/audio/transcriptions', {
    authorization: `Bearer ${bench.key.key}`,
    'content-type': MULTIPART,
    'content-length': '1000000',
  });
  client.write(Buffer.concat([partHead({ name: 'file', filename: 'speech.wav' }), AUDIO]));
  await bench.spooling();
  bench.clock.advance(1000);
  const answer = await client.answer();
  expect(answer.status).toBe(504);
  expect(JSON.parse(answer.body)).toEqual({
    error: { ...TIMEOUT, message: 'The request did not end before its deadline.' },
  });
  expect(await bench.row()).toMatchObject({
    id: answer.headers['x-request-id'],
    status: 'failure',
    error_code: 'timeout',
    cost_usd: 0,
    attempts: [],
  });
  expect(bench.simulator.requests.length).toBe(calls);
  client.destroy();
  await client.closed;
});

it('counts the deadline of a header while the body arrives', async () => {
  const client = await RawHttp.connect(bench.gateway.url);
  client.head('POST /v1/audio/transcriptions', {
    authorization: `Bearer ${bench.key.key}`,
    'content-type': MULTIPART,
    'content-length': '1000000',
    'x-auricle-timeout-ms': '300',
  });
  client.write(Buffer.concat([partHead({ name: 'file', filename: 'speech.wav' }), AUDIO]));
  await bench.spooling();
  bench.clock.advance(300);
  expect((await client.answer()).status).toBe(504);
  expect(await bench.row()).toMatchObject({ status: 'failure', error_code: 'timeout', attempts: [] });
  client.destroy();
  await client.closed;
});

it('refuses a header that is no deadline before the body has arrived', async () => {
  const client = await RawHttp.connect(bench.gateway.url);
  client.head('POST /v1/audio/transcriptions', {
    authorization: `Bearer ${bench.key.key}`,
    'content-type': MULTIPART,
    'content-length': '1000000',
    'x-auricle-timeout-ms': 'soon',
  });
  const answer = await client.answer();
  expect(answer.status).toBe(400);
  expect(JSON.parse(answer.body)).toMatchObject({ error: { param: 'x-auricle-timeout-ms' } });
  await client.closed;
});
