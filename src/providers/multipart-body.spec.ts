import { array, assert, asyncProperty, string, stringMatching, tuple } from 'fast-check';
import { audioFromBytes } from '../../test/support/simulator-audio.js';
import { parseForm } from '../../test/support/simulator-request.js';
import { MultipartBody, type MultipartPart } from './multipart-body.js';

async function bytesOf(body: MultipartBody): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body.open()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('MultipartBody', () => {
  it('writes exactly what RFC 7578 says', async () => {
    const file = audioFromBytes(Buffer.from([0, 0xff, 13, 10]), { filename: 'talk.mp3', mediaType: 'audio/mpeg' });
    const body = new MultipartBody(
      [
        { name: 'model', value: 'whisper-1' },
        { name: 'file', file },
        { name: 'tag[]', value: 'a' },
      ],
      'XX',
    );
    expect(body.contentType).toBe('multipart/form-data; boundary=XX');
    expect((await bytesOf(body)).toString('latin1')).toBe(
      '--XX\r\nContent-Disposition: form-data; name="model"\r\n\r\nwhisper-1\r\n' +
        '--XX\r\nContent-Disposition: form-data; name="file"; filename="talk.mp3"\r\nContent-Type: audio/mpeg\r\n\r\n' +
        '\u0000\u00ff\r\n\r\n' +
        '--XX\r\nContent-Disposition: form-data; name="tag[]"\r\n\r\na\r\n' +
        '--XX--\r\n',
    );
  });

  it('escapes names as browsers do, and nothing else', async () => {
    const file = audioFromBytes(Buffer.from('x'), { filename: 'a "quoted"\r\nX-Injected: 1;\\ ü.wav' });
    const sent = await bytesOf(new MultipartBody([{ name: 'fi"le\n', file }], 'XX'));
    expect(sent.toString()).toContain('name="fi%22le%0A"; filename="a %22quoted%22%0D%0AX-Injected: 1;\\ ü.wav"\r\n');
  });

  it('keeps order, duplicates, line breaks and every character of the values', async () => {
    await assert(
      asyncProperty(array(tuple(stringMatching(/^[a-z[\]]{1,8}$/), string({ unit: 'grapheme' }))), async (fields) => {
        const parts: MultipartPart[] = fields.map(([name, value]) => ({ name, value }));
        const body = new MultipartBody([...parts, { name: 'file', file: audioFromBytes() }]);
        const bytes = await bytesOf(body);
        expect(body.sizeBytes).toBe(bytes.length);
        const parsed = await parseForm({ 'content-type': body.contentType }, bytes);
        expect(parsed.slice(0, -1)).toEqual(parts);
      }),
      { numRuns: 50 },
    );
  });

  it('can be read again, and opens the audio each time', async () => {
    const file = audioFromBytes(Buffer.alloc(300_000, 'audio'));
    const body = new MultipartBody([{ name: 'file', file }]);
    const [first, second] = [await bytesOf(body), await bytesOf(body)];
    expect(first.equals(second)).toBe(true);
    expect(file.opened).toHaveLength(2);
  });

  it('closes the audio when the reader stops', async () => {
    const file = audioFromBytes(Buffer.alloc(300_000));
    const stream = new MultipartBody([{ name: 'file', file }]).open();
    for await (const chunk of stream) if (chunk.length > 10_000) break;
    await file.allClosed();
    expect(file.opened).toHaveLength(1);
  });

  it('uses another boundary each time', () => {
    expect(new MultipartBody([]).contentType).not.toBe(new MultipartBody([]).contentType);
  });
});
