import type { AudioSource } from '../../domain/audio-source.js';
import type { TranscriptionRequest } from '../../domain/transcription.js';
import type { RecordingFetcher } from '../../providers/url-fetch/recording-fetcher.js';
import type { FileLimit } from '../../uploads/upload-errors.js';
import type { ReceiveOptions, UploadReceiver } from '../../uploads/upload-receiver.js';

/** Fetches the recording of one request, and deletes it, and what was made of it, when the request ends. */
export class RecordingSource implements AsyncDisposable {
  private readonly owned: AudioSource[] = [];

  /** @param fileLimit of the caller */
  constructor(
    private readonly fetcher: RecordingFetcher,
    private readonly uploads: UploadReceiver,
    private readonly fileLimit: FileLimit | undefined,
  ) {}

  /**
   * Called once, for a request that has a `url`.
   * @throws GatewayError 400 or 413 for `url`, or the signal's reason
   */
  async fetch({ url = '' }: Pick<TranscriptionRequest, 'url'>, options: ReceiveOptions): Promise<AudioSource> {
    const { uploads, fileLimit } = this;
    const incoming = await this.fetcher.open(url, options.signal);
    return this.own(await uploads.receiveFromUrl(incoming, { ...options, fileLimit }));
  }

  /** Deletes that with the request, too. */
  own(audio: AudioSource): AudioSource {
    this.owned.push(audio);
    return audio;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const audio of this.owned.splice(0)) await audio[Symbol.asyncDispose]();
  }
}
