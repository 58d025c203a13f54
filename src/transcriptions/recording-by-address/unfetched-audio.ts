import type { AudioSource } from '../../domain/audio-source.js';

/**
 * Stands for a recording of which only the address is known. Providers that take addresses do not look at it; for the
 * others it is replaced by what was fetched.
 */
export const unfetchedAudio: AudioSource = {
  field: 'url',
  filename: 'audio',
  mediaType: 'application/octet-stream',
  sizeBytes: 0,
  stream: () => {
    throw new Error('a recording that was not fetched cannot be read');
  },
  probe: () => Promise.resolve({}),
  [Symbol.asyncDispose]: () => Promise.resolve(),
};
