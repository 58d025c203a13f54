import { END_OF_FORM, MULTIPART, multipart, partHead, RawHttp } from '../../support/raw-http.js';
import { hang } from '../../support/simulator-answers.js';
import { AUDIO, audioFile, Bench, form } from './bench.js';

const MEBIBYTE = 1024 * 1024;
const GIBIBYTE = 1024 * MEBIBYTE;
/** What a refused sender may go on sending before it is cut off, and what two socket buffers may hold beside it. */
const ENOUGH_BYTES = 128 * MEBIBYTE;

let bench: Bench;
let client: RawHttp;
beforeAll(async () => {
  bench = await Bench.start({ MAX_FILE_SIZE_MB: '1' });
});
afterAll(async () => bench.close());
beforeEach(async () => {
  await bench.renew();
  client = await RawHttp.connect(bench.gateway.url);
});
afterEach(async () => {
  client.destroy();
  await bench.expectAftermath(1);
});

const TOO_LARGE = {
  error: {
    message: 'The file is larger than 1 MiB, the limit of this gateway',
    type: 'invalid_request_error',
    param: 'file',
    code: 'file_too_large',
  },
};

/** Begins a request of the test's key. */
function begin(headers: Record<string, string>): void {
  client.head('POST /v1/audio/transcriptions', {
    authorization: `Bearer ${bench.key.key}`,
    'content-type': MULTIPART,
    ...headers,
  });
}

const beginning = Buffer.concat([
  multipart([{ name: 'model', value: 'whisper' }]),
  partHead({ name: 'file', filename: 'speech.wav' }),
  AUDIO,
]);

function chunked(bytes: string | Buffer): Buffer {
  return Buffer.concat([
    Buffer.from(`${Buffer.byteLength(bytes).toString(16)}\r\n`),
    Buffer.from(bytes),
    Buffer.from('\r\n'),
  ]);
}

async function expectTooLarge(): Promise<void> {
  const answer = await client.answer();
  expect(answer.status).toBe(413);
  expect(JSON.parse(answer.body)).toEqual(TOO_LARGE);
  expect(answer.headers['connection']).toBe('close');
  expect(await bench.row()).toMatchObject({
    id: answer.headers['x-request-id'],
    status: 'refused',
    http_status: 413,
    error_code: 'file_too_large',
    cost_usd: 0,
    attempts: [],
  });
}

describe('a file over MAX_FILE_SIZE_MB', () => {
  it('is refused by its announced length, before a byte of it was sent', async () => {
    begin({ 'content-length': String(GIBIBYTE) });
    const sentBefore = client.bytesSent;
    await expectTooLarge();
    expect(client.bytesSent).toBe(sentBefore);
    expect(client.text).not.toContain('100 Continue');
  });

  it('is refused as soon as the limit is passed, while its sender is not half done', async () => {
    const announced = 20 * MEBIBYTE;
    begin({ 'content-length': String(announced) });
    client.write(beginning);
    client.write(Buffer.alloc(MEBIBYTE));
    await expectTooLarge();
    expect(client.bytesSent).toBeLessThan(2 * MEBIBYTE);
  });

  it('is refused without an announced length', async () => {
    begin({ 'transfer-encoding': 'chunked' });
    client.write(chunked(beginning));
    client.write(chunked(Buffer.alloc(MEBIBYTE)));
    await expectTooLarge();
  });

  it('is refused through an ordinary client that sends it to its end', async () => {
    const answer = await bench.send(form({ model: 'whisper', file: audioFile(Buffer.alloc(8 * MEBIBYTE, AUDIO)) }));
    expect(answer.status).toBe(413);
    expect(await answer.json()).toEqual(TOO_LARGE);
  });

  it('may be exactly as large as the limit', async () => {
    const bytes = Buffer.concat([AUDIO, Buffer.alloc(MEBIBYTE - AUDIO.length)]);
    const answer = await bench.send(form({ model: 'whisper', file: audioFile(bytes) }));
    expect(answer.status).toBe(200);
    expect(bench.simulator.lastRequest.file?.bytes.equals(bytes)).toBe(true);
    expect(await bench.row()).toMatchObject({ audio_bytes: MEBIBYTE, status: 'success' });
  });
});

describe('a body that never ends', () => {
  const rest = Buffer.alloc(64 * 1024);

  it('of an announced gigabyte is answered and cut off', async () => {
    begin({ 'content-length': String(GIBIBYTE) });
    client.write(beginning);
    await Promise.all([client.pour(rest, GIBIBYTE), expectTooLarge()]);
    await client.closed;
    expect(client.bytesSent).toBeLessThan(ENOUGH_BYTES);
  });

  it('of unknown length is answered and cut off', async () => {
    begin({ 'transfer-encoding': 'chunked' });
    client.write(chunked(beginning));
    await Promise.all([client.pour(chunked(rest), GIBIBYTE), expectTooLarge()]);
    await client.closed;
    expect(client.bytesSent).toBeLessThan(ENOUGH_BYTES);
  });

  it('of one text field is answered and cut off', async () => {
    begin({ 'transfer-encoding': 'chunked' });
    client.write(chunked(partHead({ name: 'prompt' })));
    const [answer] = await Promise.all([client.answer(), client.pour(chunked(rest), GIBIBYTE)]);
    expect(answer.status).toBe(413);
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code: 'request_too_large' } });
    await client.closed;
    expect(client.bytesSent).toBeLessThan(ENOUGH_BYTES);
  });

  it('of nothing that belongs to a form is answered and cut off', async () => {
    begin({ 'transfer-encoding': 'chunked' });
    const [answer] = await Promise.all([client.answer(), client.pour(chunked(rest), GIBIBYTE)]);
    expect(answer.status).toBe(413);
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code: 'request_too_large' } });
    await client.closed;
    expect(client.bytesSent).toBeLessThan(2 * ENOUGH_BYTES);
  });
});

describe('a truncated form', () => {
  it.each([
    ['within the file', beginning],
    ['before the last boundary', Buffer.concat([beginning, Buffer.from('\r\n')])],
    ["within a part's head", Buffer.from(partHead({ name: 'file', filename: 'speech.wav' })).subarray(0, 60)],
  ])('%s', async (_what, body) => {
    begin({ 'content-length': String(body.length) });
    client.write(body);
    const answer = await client.answer();
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toEqual({
      error: {
        message: expect.stringMatching(
          /^The multipart\/form-data body cannot be read: (Unexpected end of form|Malformed part header)$/,
        ),
        type: 'invalid_request_error',
        param: null,
        code: 'invalid_multipart',
      },
    });
    expect(await bench.row()).toMatchObject({ status: 'refused', error_code: 'invalid_multipart' });
  });

  it('that is empty', async () => {
    begin({ 'content-length': '0' });
    const answer = await client.answer();
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code: 'invalid_multipart' } });
    expect(await bench.row()).toMatchObject({ status: 'refused' });
  });
});

describe('a client that goes away', () => {
  const CANCELLED = { status: 'cancelled', http_status: 499, error_code: 'client_closed_request', transcript: null };

  it.each([
    ['crashes', () => client.destroy()],
    ['ends its half', () => client.end()],
  ])('in the middle of the file and %s: the provider is never called', async (_how, leave) => {
    const calls = bench.simulator.requests.length;
    begin({ 'content-length': String(MEBIBYTE) });
    client.write(beginning);
    await bench.spooling();
    leave();
    expect(await bench.row()).toMatchObject({ ...CANCELLED, cost_usd: 0, attempts: [], provider: null });
    expect(bench.simulator.requests.length).toBe(calls);
    await client.closed;
  });

  it('before the first byte of the body', async () => {
    begin({ 'content-length': String(MEBIBYTE), expect: '100-continue' });
    await client.receive('100 Continue');
    client.destroy();
    expect(await bench.row()).toMatchObject({ ...CANCELLED, cost_usd: 0, attempts: [] });
  });

  it('after the upload: the call of the provider is aborted', async () => {
    const arrival = bench.simulator.nextRequest();
    bench.simulator.respondWith(hang());
    begin({ 'content-length': String(beginning.length + END_OF_FORM.length + 2) });
    client.write(Buffer.concat([beginning, Buffer.from(`\r\n${END_OF_FORM}`)]));
    const upstream = await arrival;
    await bench.bodyArrived(upstream);
    expect(await bench.gateway.spooledFiles()).toHaveLength(1);
    client.destroy();
    await upstream.aborted;
    expect(await bench.row()).toMatchObject({
      ...CANCELLED,
      provider: 'openai',
      upstream_model: 'whisper-1',
      // The provider may bill what it had begun.
      cost_usd: 0.0001,
      cost_estimated: true,
      attempts: [{ outcome: 'aborted' }],
    });
  });
});
