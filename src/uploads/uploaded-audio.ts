import type { Readable } from 'node:stream';
import type { AudioFacts, AudioField, AudioSource } from '../domain/audio-source.js';
import { badRequest } from '../domain/errors.js';
import { audioContainers, mediaTypeOf, type AudioContainerName } from '../domain/audio-container.js';
import { repairFilename } from './audio-filename.js';
import type { Inspector } from './inspection/inspector.js';
import type { SpooledBytes } from './memory-or-temp-file.js';
import type { Measure } from './measuring/measure-audio.js';

/** How audio has come. */
export interface ReceivedAudio {
  /** What the client calls the file; may be empty. */
  readonly name: string;
  /** Where it came from, for errors; absent = `file`. */
  readonly field?: AudioField;
  readonly signal?: AbortSignal;
}

/** One upload that was found to be audio. Owns its bytes: disposing it deletes them. */
export class UploadedAudio implements AudioSource {
  readonly filename: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  private disposed = false;

  private constructor(
    private readonly bytes: SpooledBytes,
    readonly container: AudioContainerName,
    private readonly facts: AudioFacts,
    clientName: string,
    readonly field: AudioField,
  ) {
    this.filename = repairFilename(clientName, container);
    this.mediaType = mediaTypeOf(container, this.filename.slice(this.filename.lastIndexOf('.') + 1));
    this.sizeBytes = bytes.sizeBytes;
  }

  /**
   * Looks into the bytes and takes them over.
   * @param inspector does it
   * @throws GatewayError 400 when they are empty, no audio, or audio without a sample as far as that is known without
   *   decoding, 503 when too many others are looked into; the bytes then stay the caller's to dispose
   * @throws the signal's reason
   */
  static async inspect(
    bytes: SpooledBytes,
    inspector: Inspector,
    { name, field = 'file', signal }: ReceivedAudio,
  ): Promise<UploadedAudio> {
    const unusable = (message: string) => badRequest(message, field, 'invalid_audio');
    if (bytes.sizeBytes === 0) throw unusable(emptyOf(field));
    const inspected = await inspector.inspect(bytes, signal);
    if ('found' in inspected) {
      throw unusable(`Invalid file format: the file is ${inspected.found}. Supported formats: [${supportedFormats}]`);
    }
    const { container, measure } = inspected;
    if (measure.kind === 'empty') throw unusable(NO_SAMPLES);
    return new UploadedAudio(bytes, container, { container, ...factsOf(measure) }, name, field);
  }

  get copies(): AudioSource['copies'] {
    return this.bytes.copies;
  }

  stream(): Readable {
    if (this.disposed) throw new Error('The audio is read after it was disposed');
    return this.bytes.stream();
  }

  probe(): Promise<AudioFacts> {
    return Promise.resolve(this.facts);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.disposed = true;
    await this.bytes[Symbol.asyncDispose]();
  }
}

function factsOf(measure: Exclude<Measure, { kind: 'empty' }>): AudioFacts {
  if (measure.kind === 'unknown') return { warning: measure.warning };
  return { durationSeconds: measure.seconds, durationMethod: measure.method };
}

function emptyOf(field: AudioField): string {
  if (field === 'file') return 'The uploaded file is empty';
  return field === 'url' ? "The file at 'url' is empty" : `The recording in '${field}' is empty`;
}

const NO_SAMPLES = 'The audio is empty: the file has a header and no sound';

/** In the wording of OpenAI's own message. */
const supportedFormats = [...new Set(Object.values(audioContainers).flatMap((it) => it.extensions))]
  .toSorted()
  .map((extension) => `'${extension}'`)
  .join(', ');
