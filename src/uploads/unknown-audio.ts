import type { Readable } from 'node:stream';
import type { AudioFacts, AudioField, AudioSource } from '../domain/audio-source.js';
import type { SpooledBytes } from './memory-or-temp-file.js';

/** Bytes that are sent as a recording and are in no container that is known here, such as bare samples. Owns them. */
export class UnknownAudio implements AudioSource {
  readonly filename = 'audio';
  readonly mediaType = 'application/octet-stream';
  readonly sizeBytes: number;

  constructor(
    private readonly bytes: SpooledBytes,
    readonly field: AudioField,
  ) {
    this.sizeBytes = bytes.sizeBytes;
  }

  get copies(): AudioSource['copies'] {
    return this.bytes.copies;
  }

  stream(): Readable {
    return this.bytes.stream();
  }

  probe(): Promise<AudioFacts> {
    return Promise.resolve({ warning: `the length of '${this.field}' is not known: it is in no format that is known` });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.bytes[Symbol.asyncDispose]();
  }
}
