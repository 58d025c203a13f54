import { pipeline, Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';

/** The answer is compressed, which nobody asked for, in a way that cannot be undone. */
export class UndecodableBodyError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'UndecodableBodyError';
  }
}

/** Makes what undoes one compression, judging by its first bytes; undefined = these bytes are not compressed. */
type MakeDecoder = (head: Buffer) => Transform | undefined;

/** Some proxies undo the compression and forget to say so. No text begins with gzip's first byte. */
const gunzip: MakeDecoder = ([first]) => (first === 0x1f ? createGunzip() : undefined);

const DECODERS: Readonly<Record<string, MakeDecoder>> = {
  gzip: gunzip,
  'x-gzip': gunzip,
  // RFC 9110 means zlib's format, which begins with the number of its method; some servers send the bare one.
  deflate: ([first = 0]) => ((first & 0x0f) === 0x08 ? createInflate() : createInflateRaw()),
  br: () => createBrotliDecompress(),
};

/**
 * A body without its compression. None is asked for, but some servers and proxies compress all the same. What comes out
 * may be a thousand times as long, so who reads it must count.
 * @param encoding the header `content-encoding`
 * @throws UndecodableBodyError while it is read, for broken data or an encoding that is not known
 */
export function decodeContent(body: AsyncIterable<Buffer>, encoding = ''): AsyncIterable<Buffer> {
  return encoding
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity')
    .reduceRight(decodeOne, body);
}

async function* decodeOne(body: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  const makeDecoder = Object.hasOwn(DECODERS, name) ? DECODERS[name] : undefined;
  if (!makeDecoder) throw new UndecodableBodyError(`the answer is compressed as '${name.slice(0, 20)}'`);
  const chunks = body[Symbol.asyncIterator]();
  const head = await chunks.next();
  if (head.done) return;
  let broken: { readonly error: unknown } | undefined;
  async function* whole(first: Buffer): AsyncGenerator<Buffer> {
    try {
      yield first;
      for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
    } catch (error) {
      broken = { error };
      throw error;
    }
  }
  const decoder = makeDecoder(head.value);
  try {
    if (decoder) yield* pipeline(Readable.from(whole(head.value)), decoder, () => {});
    else yield* whole(head.value);
  } catch (error) {
    throw broken ? broken.error : new UndecodableBodyError(`the answer is no valid ${name}`, error);
  }
}
