import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { AudioSource } from '../domain/audio-source.js';

const SAMPLE = fileURLToPath(new URL('../../assets/one-second.wav', import.meta.url));

/** The bundled second of speech with which deployments are tested. */
export async function sampleAudio(): Promise<AudioSource> {
  const bytes = await readFile(SAMPLE);
  return {
    filename: 'one-second.wav',
    mediaType: 'audio/wav',
    sizeBytes: bytes.length,
    stream: () => Readable.from([bytes]),
    probe: () => Promise.resolve({ durationSeconds: 1, container: 'wav' }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
