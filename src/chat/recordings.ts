import type { AudioSource } from '../domain/audio-source.js';
import type { ChatAudio } from '../domain/chat.js';
import { textAt } from '../domain/json/json-outline.js';
import type { FileLimit } from '../uploads/upload-errors.js';
import type { UploadReceiver } from '../uploads/upload-receiver.js';
import { decodeAudio } from './base64-audio.js';
import type { WrittenChat, WrittenRecording } from './chat-request.js';

/** Long enough for an address; whatever is longer is a recording. */
const MAX_ADDRESS_BYTES = 4_096;

/** The recordings of one request, decoded; disposing of them deletes them. */
export class Recordings implements AsyncDisposable {
  private readonly sources: AudioSource[] = [];

  /** @param fileLimit of the caller */
  constructor(
    private readonly uploads: UploadReceiver,
    private readonly fileLimit: FileLimit | undefined,
  ) {}

  /**
   * Decodes every recording, under the limits of an upload.
   * @throws GatewayError 400 for one that is no base64 or empty, 413 for one that is too large, naming it
   * @throws the signal's reason
   */
  async decode({ body, audio }: WrittenChat, signal: AbortSignal): Promise<readonly ChatAudio[]> {
    const decoded: ChatAudio[] = [];
    for (const written of audio) {
      signal.throwIfAborted();
      if (isAddress(body.bytes, written)) {
        decoded.push(written);
        continue;
      }
      const source = await this.uploads.receiveInline(
        decodeAudio(body.bytes, written.data, written.param),
        written.param,
        { signal, fileLimit: this.fileLimit },
      );
      this.sources.push(source);
      decoded.push({ ...written, source });
    }
    return decoded;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const source of this.sources.splice(0)) await source[Symbol.asyncDispose]();
  }
}

function isAddress(bytes: Buffer, { data, mayBeAddress }: WrittenRecording): boolean {
  if (!mayBeAddress || data.end - data.start > MAX_ADDRESS_BYTES) return false;
  return /^https?:\/\//i.test(textAt(bytes, data));
}
