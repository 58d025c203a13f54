import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { AudioSource } from '../domain/audio-source.js';
import { readAudio, type RequestBody } from './request-body.js';

/**
 * A JSON document with the audio as a base64 text in it. Its length is known before it is sent, and the audio is encoded
 * while it is sent, so that it never lies in memory as a whole.
 * @param document makes the document around the audio's text; that text must stand in it exactly once, as a value
 */
export function base64JsonBody(audio: AudioSource, document: (base64: string) => unknown): RequestBody {
  const place = randomUUID();
  const [before, after, ...more] = JSON.stringify(document(place)).split(place);
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error('the audio must stand in the document exactly once');
  }
  const [head, tail] = [Buffer.from(before), Buffer.from(after)];
  return {
    contentType: 'application/json',
    sizeBytes: head.length + 4 * Math.ceil(audio.sizeBytes / 3) + tail.length,
    open: () =>
      Readable.from(
        (async function* () {
          yield head;
          yield* encodeBase64(readAudio(audio));
          yield tail;
        })(),
        { objectMode: false },
      ),
  };
}

/** Chunks of base64 that make one text: each but the last stands for a multiple of three bytes, so only it has padding. */
async function* encodeBase64(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const whole = bytes.length - (bytes.length % 3);
    rest = bytes.subarray(whole);
    if (whole > 0) yield Buffer.from(bytes.toString('base64', 0, whole), 'latin1');
  }
  if (rest.length > 0) yield Buffer.from(rest.toString('base64'), 'latin1');
}
