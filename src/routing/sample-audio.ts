import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { packageFile } from '../config/package-file.js';
import type { AudioSource } from '../domain/audio-source.js';

const SAMPLE = packageFile('assets/one-second.wav');

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
