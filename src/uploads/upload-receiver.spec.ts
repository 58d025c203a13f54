import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { makeWav } from '../../test/support/audio.js';
import {
  RawClient,
  startUploadServer,
  until,
  type UploadAnswer,
  type UploadServer,
} from '../../test/support/upload-server.js';
import { ClientGoneError } from '../domain/errors.js';

// Room for one block of 64 KiB.
const MEMORY_BYTES = 96 * 1024;
const wav = makeWav({ durationSeconds: 0.25, toneHz: 440 });
const longWav = makeWav({ durationSeconds: 3, toneHz: 220 });
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

let server: UploadServer;
let client: RawClient | undefined;

beforeEach(async () => {
  server = await startUploadServer({ memoryBytes: MEMORY_BYTES, lingering: { maxBytes: 1 << 24, maxMs: 1000 } });
});
afterEach(async () => {
  client?.destroy();
  client = undefined;
  await server.close();
});

/** One part of a hand-made form. */
type Part = { readonly head: string; readonly body?: string | Buffer };

function form(...parts: Part[]): Buffer {
  return Buffer.concat([...parts.map(formPart), Buffer.from('--B--\r\n')]);
}

function formPart({ head, body = '' }: Part): Buffer {
  return Buffer.concat([Buffer.from(`--B\r\n${head}\r\n\r\n`), Buffer.from(body), Buffer.from('\r\n')]);
}

const text = (name: string, body: string): Part => ({ head: `Content-Disposition: form-data; name="${name}"`, body });
const file = (body: Buffer, name = 'file', filename = 'talk.wav'): Part => ({
  head: `Content-Disposition: form-data; name="${name}"; filename="${filename}"\r\nContent-Type: audio/x-wrong`,
  body,
});

async function post(
  body: Buffer,
  contentType: string | undefined = 'multipart/form-data; boundary=B',
): Promise<{ status: number; body: UploadAnswer; error: Record<string, unknown> }> {
  const headers: Record<string, string> = contentType ? { 'content-type': contentType } : {};
  const response = await fetch(`${server.url}/audio/transcriptions`, {
    method: 'POST',
    headers,
    body: new Uint8Array(body),
  });
  const json = JSON.parse(await response.text());
  return { status: response.status, body: json, error: json.error };
}

describe('a good form', () => {
  it.each<[string, Part[]]>([
    ['last', [text('model', 'm'), text('x[]', '1'), text('x[]', '2'), text('c[type]', 't'), file(wav)]],
    ['first', [file(wav), text('model', 'm'), text('x[]', '1'), text('x[]', '2'), text('c[type]', 't')]],
    ['in between', [text('model', 'm'), text('x', '1'), file(wav), text('x', '2'), text('c[type]', 't')]],
  ])('is received with the file %s', async (_where, parts) => {
    const { status, body } = await post(form(...parts));
    expect(status).toBe(200);
    expect(body).toEqual({
      fields: { model: ['m'], x: ['1', '2'], 'c[type]': ['t'] },
      audio: {
        filename: 'talk.wav',
        mediaType: 'audio/wav',
        sizeBytes: wav.length,
        sha256: sha256(wav),
        durationSeconds: 0.25,
        tempFiles: 0,
      },
    });
  });

  it('goes to disk when it is large, and is gone after it was disposed', async () => {
    const { body } = await post(form(file(longWav), text('model', 'm')));
    expect(body.audio).toMatchObject({
      sizeBytes: longWav.length,
      sha256: sha256(longWav),
      durationSeconds: 3,
      tempFiles: 1,
    });
    expect(await server.tempFiles()).toEqual([]);
  });

  it('may lack the file', async () => {
    expect((await post(form(text('model', 'm')))).body).toEqual({ fields: { model: ['m'] } });
  });

  it.each(['__proto__', '__proto__[polluted]', 'constructor', 'a[4294967294]x', 'a[b][c]', 'toString[]'])(
    'may have a field called %s',
    async (name) => {
      const { status } = await post(form(text(name, 'v'), text(name, 'w')));
      expect(status).toBe(200);
      expect([...(server.forms[0]?.fields ?? [])]).toEqual([[name.replace('[]', ''), ['v', 'w']]]);
    },
  );

  it('may use array indexes that would make an array of four thousand million', async () => {
    const { body } = await post(form(text('a[4294967294]', '1'), text('a[b]', '2')));
    expect(body.fields).toEqual({ a: ['1'], 'a[b]': ['2'] });
  });

  it('keeps UTF-8 in names and values, and repairs the name of the file', async () => {
    const mp3 = readFileSync('test/fixtures/audio/cbr.mp3');
    const { body } = await post(form(text('größe', '日本語 ✓'), file(mp3, 'file', 'C:\\x\\Gespräch 日本.wav')));
    expect(body.fields).toEqual({ größe: ['日本語 ✓'] });
    expect(body.audio).toMatchObject({ filename: 'Gespräch 日本.mp3', mediaType: 'audio/mpeg' });
  });

  it.each([
    ['without a filename', 'Content-Disposition: form-data; name="file"\r\nContent-Type: application/octet-stream'],
    [
      'with an empty filename',
      'Content-Disposition: form-data; name="file"; filename=""\r\nContent-Type: application/octet-stream',
    ],
  ])('may have a file part %s', async (_what, head) => {
    const { body } = await post(form({ head, body: wav }));
    expect(body.audio).toMatchObject({ filename: 'audio.wav', sha256: sha256(wav) });
  });

  it('may have text before the first part and after the last', async () => {
    const { status } = await post(
      Buffer.concat([Buffer.from('preamble\r\n'), form(file(wav)), Buffer.from('epilogue')]),
    );
    expect(status).toBe(200);
  });

  it('may come in any number of pieces', async () => {
    client = new RawClient(server.port);
    const body = form(text('model', 'm'), file(wav), text('language', 'en'));
    client.write(`${requestHead}Content-Length: ${body.length}\r\n\r\n`);
    for (let start = 0; start < body.length; start += 97) client.write(body.subarray(start, start + 97));
    await until(() => answerOf(client).includes('"language":["en"]'));
    expect(answerOf(client)).toContain(sha256(wav));
  });
});

describe('a form that cannot be used', () => {
  it.each<[string, Part[], object]>([
    ['the file twice', [file(wav), file(wav)], { param: 'file', message: expect.stringContaining('more than once') }],
    ['a large file twice', [file(longWav), text('a', 'b'), file(longWav)], { param: 'file' }],
    [
      'the file in another field',
      [file(wav, 'audio')],
      { param: 'file', message: expect.stringMatching(/`audio`.*`file`/) },
    ],
    ['a file beside the file', [file(longWav), file(wav, 'image')], { message: expect.stringContaining('`image`') }],
    ['the file as text', [text('file', 'RIFF')], { param: 'file', message: expect.stringContaining('filename') }],
    ['an empty file', [file(Buffer.alloc(0))], { param: 'file', message: expect.stringContaining('empty') }],
    [
      'text in the file',
      [file(Buffer.from('Hello there'))],
      {
        param: 'file',
        code: 'invalid_audio',
        message: expect.stringMatching(/^Invalid file format: the file is text\. Supported formats: \[.*'flac'.*'wav'/),
      },
    ],
    ['a large file of zeros', [file(Buffer.alloc(100_000))], { param: 'file', code: 'invalid_audio' }],
    ['too many fields', Array.from({ length: 201 }, () => text('x', '')), { code: 'too_many_fields' }],
    ['a long field name', [text('x'.repeat(201), '')], { code: 'field_name_too_long' }],
    ['a field without a name', [{ head: 'Content-Disposition: form-data' }], { code: 'invalid_multipart' }],
    [
      'a file without a name',
      [{ head: 'Content-Disposition: form-data; filename="a.wav"', body: wav }],
      { code: 'invalid_multipart' },
    ],
    ['a malformed part header', [{ head: 'Content-Disposition form-data' }], { code: 'invalid_multipart' }],
    ['a malformed part header after the file', [file(longWav), { head: '\u0000' }], { code: 'invalid_multipart' }],
  ])('is refused: %s', async (_what, parts, expected) => {
    const { status, error } = await post(form(...parts));
    expect(status).toBe(400);
    expect(error).toMatchObject({ type: 'invalid_request_error', ...expected });
    expect(await server.tempFiles()).toEqual([]);
  });

  it.each<[string, number]>([
    ['inside a field', 60],
    ['inside the file', 40_000],
    ['before the final boundary', longWav.length + 300],
  ])('is refused when it is cut %s', async (_where, length) => {
    const { status, error } = await post(
      form(text('model', 'm'), file(longWav), text('x', 'y'.repeat(500))).subarray(0, length),
    );
    expect(status).toBe(400);
    expect(error).toMatchObject({ code: 'invalid_multipart' });
    expect(await server.tempFiles()).toEqual([]);
  });

  it('is refused when it is empty', async () => {
    expect(await post(Buffer.alloc(0))).toMatchObject({ status: 400, error: { code: 'invalid_multipart' } });
  });

  it.each<[string, string | undefined, string]>([
    ['JSON', 'application/json', 'unsupported_content_type'],
    ['another multipart type', 'multipart/mixed; boundary=B', 'unsupported_content_type'],
    ['a form of the other kind', 'application/x-www-form-urlencoded', 'unsupported_content_type'],
    ['no boundary', 'multipart/form-data', 'invalid_multipart'],
    ['a malformed boundary', 'multipart/form-data; boundary="B', 'invalid_multipart'],
    ['another boundary', 'multipart/form-data; boundary=C', 'invalid_multipart'],
  ])('is refused: %s', async (_what, contentType, code) => {
    const { status, error } = await post(form(file(longWav)), contentType);
    expect(status).toBe(400);
    expect(error).toMatchObject({ code, message: expect.stringContaining('multipart/form-data') });
  });

  it('is refused without a content type', async () => {
    client = new RawClient(server.port);
    client.write('POST /v1/audio/transcriptions HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc');
    await until(() => answerOf(client).endsWith('}'));
    expect(answerOf(client)).toMatch(/^HTTP\/1\.1 400 [^]*multipart\/form-data, but the request has no content type/);
  });

  it('leaves the server ready for the next one', async () => {
    for (let round = 0; round < 20; round += 1) {
      expect((await post(form(file(longWav), file(wav)))).status).toBe(400);
      expect((await post(form(file(longWav)))).status).toBe(200);
    }
    expect(await server.tempFiles()).toEqual([]);
  });
});

const requestHead =
  'POST /v1/audio/transcriptions HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=B\r\n';

const answerOf = (raw: RawClient | undefined): string => raw?.received ?? '';

/** The beginning of a form whose file never ends. */
const endlessForm = Buffer.concat([
  formPart(text('model', 'm')),
  Buffer.from('--B\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'),
  wav,
]);

describe('a body that is too large', () => {
  it('is refused unread when its declared length cannot be right', async () => {
    client = new RawClient(server.port);
    client.write(`${requestHead}Content-Length: 1000000000000\r\n\r\n`);
    await until(() => answerOf(client).endsWith('}'));
    expect(answerOf(client)).toMatch(/^HTTP\/1\.1 413 [^]*connection: close/i);
    expect(answerOf(client)).toContain('larger than 1 MiB');
    expect(answerOf(client)).toContain('"param":"file","code":"file_too_large"');
    await client.writeUntilClosed(Buffer.alloc(65_536));
  });

  it('is refused when the file crosses the limit, while the client still sends', async () => {
    client = new RawClient(server.port);
    client.write(`${requestHead}Content-Length: 9000000\r\n\r\n`);
    client.write(endlessForm);
    client.write(Buffer.alloc(1 << 20));
    await until(() => answerOf(client).endsWith('}'));
    expect(answerOf(client)).toContain('"file_too_large"');
    expect(await server.tempFiles()).toEqual([]);
    await client.writeUntilClosed(Buffer.alloc(65_536));
  });

  it('reaches an ordinary client as 413', async () => {
    for (let round = 0; round < 5; round += 1) {
      expect(await post(form(file(Buffer.alloc(5_000_000))))).toMatchObject({
        status: 413,
        error: { code: 'file_too_large' },
      });
    }
  });

  it('may be exactly as large as the limit', async () => {
    const audio = Buffer.alloc(1 << 20);
    wav.copy(audio);
    expect((await post(form(file(audio)))).body.audio).toMatchObject({ sizeBytes: 1 << 20 });
    expect(await post(form(file(Buffer.concat([audio, Buffer.alloc(1)]))))).toMatchObject({ status: 413 });
  });

  it('is refused for its fields', async () => {
    const { status, error } = await post(form(file(longWav), text('prompt', 'x'.repeat((1 << 20) + 1))));
    expect(status).toBe(413);
    expect(error).toMatchObject({ param: 'prompt', code: 'request_too_large' });
    await server.close();
    server = await startUploadServer({ lingering: { maxBytes: 1 << 24, maxMs: 1000 } });
    expect((await post(form(text('known_speaker_references[]', 'x'.repeat(5 << 20))))).status).toBe(200);
    expect((await post(form(text('known_speaker_references[]', 'x'.repeat(11 << 20))))).status).toBe(413);
  });

  it('is refused for what surrounds the parts', async () => {
    await server.close();
    server = await startUploadServer({ maxFieldsBytes: 1000, lingering: { maxBytes: 1 << 30, maxMs: 100 } });
    client = new RawClient(server.port);
    client.write(`${requestHead}Transfer-Encoding: chunked\r\n\r\n`);
    const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(65_536, 'x'), Buffer.from('\r\n')]);
    await client.writeUntilClosed(chunk);
    expect(answerOf(client)).toMatch(/^HTTP\/1\.1 413 [^]*request_too_large/);
  });
});

describe('a connection that ends early', () => {
  it.each<[string, string]>([
    ['with a length', 'Content-Length: 9000000\r\n\r\n'],
    ['in chunks', 'Transfer-Encoding: chunked\r\n\r\nfffff\r\n'],
  ])('rejects with ClientGoneError and leaves no file, %s', async (_what, head) => {
    client = new RawClient(server.port);
    client.write(requestHead + head);
    client.write(endlessForm);
    client.write(Buffer.alloc(MEMORY_BYTES));
    await until(async () => (await server.tempFiles()).length === 1);
    client.destroy();
    await until(() => server.outcomes.length === 1);
    expect(server.outcomes[0]).toBeInstanceOf(ClientGoneError);
    expect(await server.tempFiles()).toEqual([]);
  });

  it('rejects when only half of the connection is closed', async () => {
    client = new RawClient(server.port);
    client.write(`${requestHead}Content-Length: 9000000\r\n\r\n`);
    client.write(endlessForm);
    client.end();
    await until(() => server.outcomes.length === 1);
    expect(server.outcomes[0]).toBeInstanceOf(ClientGoneError);
  });
});

describe('the signal', () => {
  it('ends a body that does not go on, and leaves no file', async () => {
    const deadline = new AbortController();
    await server.close();
    server = await startUploadServer({ memoryBytes: 0, signal: deadline.signal });
    client = new RawClient(server.port);
    client.write(`${requestHead}Content-Length: 9000000\r\n\r\n`);
    client.write(endlessForm);
    await until(async () => (await server.tempFiles()).length === 1);
    const reason = new DOMException('The deadline of the request has passed', 'TimeoutError');
    deadline.abort(reason);
    await until(() => server.outcomes.length === 1);
    expect(server.outcomes[0]).toBe(reason);
    expect(await server.tempFiles()).toEqual([]);
    expect((await post(form(file(wav)))).status).toBe(500);
  });
});

describe('a disposed form', () => {
  it('can be disposed again, but not read', async () => {
    await post(form(file(longWav)));
    const [received] = server.forms;
    const audio = received?.audio;
    await received?.[Symbol.asyncDispose]();
    await audio?.[Symbol.asyncDispose]();
    expect(() => audio?.stream()).toThrow('disposed');
    expect((await audio?.probe())?.durationSeconds).toBe(3);
  });
});
