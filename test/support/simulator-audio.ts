import { Readable } from 'node:stream';
import type { AudioSource } from '../../src/domain/audio-source.js';

/** How an audio source was used. */
export interface AudioWatch {
  /** One stream for every attempt. */
  readonly opened: readonly Readable[];
  /** Resolves when every opened stream is closed. */
  allClosed(): Promise<void>;
}

/** Audio from bytes in memory; the bytes need not be audio where nobody listens. */
export function audioFromBytes(
  bytes: Buffer = Buffer.from('RIFF\r\n--fake\u0000audio\r\n'),
  facts: Partial<Pick<AudioSource, 'filename' | 'mediaType' | 'sizeBytes'>> = {},
): AudioSource & AudioWatch {
  return audioFromStream(() => Readable.from(chunksOf(bytes), { objectMode: false }), {
    sizeBytes: bytes.length,
    ...facts,
  });
}

/** Audio whose stream the test makes itself. */
export function audioFromStream(
  open: () => Readable,
  facts: Partial<Pick<AudioSource, 'filename' | 'mediaType'>> & Pick<AudioSource, 'sizeBytes'>,
): AudioSource & AudioWatch {
  const opened: Readable[] = [];
  return {
    filename: 'speech.wav',
    mediaType: 'audio/wav',
    ...facts,
    opened,
    allClosed: async () => {
      for (const stream of opened) {
        if (!stream.closed) await new Promise((resolve) => stream.once('close', resolve));
      }
    },
    stream: () => {
      const stream = open();
      opened.push(stream);
      return stream;
    },
    probe: async () => ({}),
    [Symbol.asyncDispose]: async () => {},
  };
}

function* chunksOf(bytes: Buffer): Generator<Buffer> {
  const size = 64 * 1024;
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}
