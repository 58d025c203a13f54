import type { Readable } from 'node:stream';
import type { AudioFacts, AudioSource } from '../domain/audio-source.js';
import { badRequest } from '../domain/errors.js';
import { audioContainers, sniffContainer, type AudioContainerName } from './audio-container.js';
import { repairFilename } from './audio-filename.js';
import { probeAudio } from './audio-probe.js';
import { findNothingToHear, type NothingToHear } from './nothing-to-hear.js';
import type { SpooledBytes } from './memory-or-temp-file.js';

/** One upload that was found to be audio. Owns its bytes: disposing it deletes them. */
export class UploadedAudio implements AudioSource {
  readonly filename: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  private facts: Promise<AudioFacts> | undefined;
  private disposed = false;

  private constructor(
    private readonly bytes: SpooledBytes,
    private readonly container: AudioContainerName,
    clientName: string,
    private readonly probeTimeoutMs: number,
  ) {
    this.filename = repairFilename(clientName, container);
    this.mediaType = audioContainers[container].mediaType;
    this.sizeBytes = bytes.sizeBytes;
  }

  /**
   * Looks at the bytes and takes them over.
   * @param field where they came from, for the error
   * @throws GatewayError 400 when they are empty, no audio, or nothing can be heard in them as far as that is known
   *   without decoding; the bytes then stay the caller's to dispose
   */
  static async inspect(
    bytes: SpooledBytes,
    clientName: string,
    probeTimeoutMs: number,
    field: 'file' | 'url' = 'file',
  ): Promise<UploadedAudio> {
    const unusable = (message: string) => badRequest(message, field, 'invalid_audio');
    if (bytes.sizeBytes === 0) throw unusable(EMPTY[field]);
    const sniffed = await sniffContainer(bytes);
    if (!('container' in sniffed)) {
      throw unusable(`Invalid file format: the file is ${sniffed.found}. Supported formats: [${supportedFormats}]`);
    }
    const nothing = await findNothingToHear(bytes, sniffed.container);
    if (nothing) throw unusable(NOTHING[nothing]);
    return new UploadedAudio(bytes, sniffed.container, clientName, probeTimeoutMs);
  }

  stream(): Readable {
    if (this.disposed) throw new Error('The audio is read after it was disposed');
    return this.bytes.stream();
  }

  probe(): Promise<AudioFacts> {
    this.facts ??= probeAudio(this, this.container, this.probeTimeoutMs);
    return this.facts;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.disposed = true;
    await this.bytes[Symbol.asyncDispose]();
  }
}

const EMPTY = { file: 'The uploaded file is empty', url: "The file at 'url' is empty" };

const NOTHING: Readonly<Record<NothingToHear, string>> = {
  empty: 'The audio is empty: the file has a header and no sound',
  silent: 'The audio is silent: there is nothing to transcribe in it',
};

/** In the wording of OpenAI's own message. */
const supportedFormats = [...new Set(Object.values(audioContainers).flatMap((it) => it.extensions))]
  .toSorted()
  .map((extension) => `'${extension}'`)
  .join(', ');
