import { Readable } from 'node:stream';
import { audioFromBytes, audioFromStream } from '../../test/support/simulator-audio.js';
import { base64JsonBody } from './base64-json-body.js';
import { type RequestBody, UnreadableAudioError } from './request-body.js';

async function bytesOf(body: RequestBody): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of Readable.from(body.open())) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Audio that arrives in pieces of these sizes. */
function inPieces(bytes: Buffer, sizes: readonly number[]) {
  const pieces: Buffer[] = [];
  let start = 0;
  for (const size of [...sizes, bytes.length]) {
    pieces.push(bytes.subarray(start, start + size));
    start += size;
  }
  return audioFromStream(() => Readable.from(pieces.filter((it) => it.length > 0)), { sizeBytes: bytes.length });
}

describe('base64JsonBody', () => {
  it.each([
    [0, []],
    [1, []],
    [2, [1]],
    [3, [1, 1]],
    [100, [1, 2, 3, 4, 5, 6, 7]],
    [200_000, []],
  ] as const)('is the JSON of %i bytes with its exact length, in pieces of %j', async (length, sizes) => {
    const bytes = Buffer.from(Array.from({ length }, (_, index) => (index * 31) % 256));
    const audio = inPieces(bytes, sizes);
    const document = (data: string) => ({ task: 'größer', input: [{ data }], last: true });
    const body = base64JsonBody(audio, document);
    const sent = await bytesOf(body);
    expect(sent.toString()).toBe(JSON.stringify(document(bytes.toString('base64'))));
    expect(body).toMatchObject({ contentType: 'application/json', sizeBytes: sent.length });
  });

  it('can be sent again', async () => {
    const audio = audioFromBytes(Buffer.from('twice'));
    const body = base64JsonBody(audio, (data) => ({ data }));
    expect(await bytesOf(body)).toEqual(await bytesOf(body));
    expect(audio.opened).toHaveLength(2);
  });

  it('says when the audio cannot be read', async () => {
    const audio = audioFromStream(
      () =>
        new Readable({
          read() {
            this.destroy(new Error('disk gone'));
          },
        }),
      { sizeBytes: 3 },
    );
    await expect(bytesOf(base64JsonBody(audio, (data) => ({ data })))).rejects.toBeInstanceOf(UnreadableAudioError);
  });

  it('closes the audio when the reader stops early', async () => {
    const audio = audioFromBytes(Buffer.alloc(500_000));
    for await (const chunk of Readable.from(base64JsonBody(audio, (data) => ({ data })).open())) {
      if (chunk.length > 1_000) break;
    }
    await audio.allClosed();
    expect(audio.opened).toHaveLength(1);
  });

  it.each([
    ['nowhere', () => ({})],
    ['twice', (data: string) => [data, data]],
  ])('refuses a document with the audio %s', (_where, document) => {
    expect(() => base64JsonBody(audioFromBytes(), document)).toThrow('exactly once');
  });
});
