import type { AudioSource } from '../../domain/audio-source.js';
import type { TranscriptionRequest } from '../../domain/transcription.js';
import type { RecordingFetcher } from '../../providers/url-fetch/recording-fetcher.js';
import type { UploadReceiver } from '../../uploads/upload-receiver.js';

/** Fetches the recording of one request, and deletes it when the request ends. */
export class RecordingSource implements AsyncDisposable {
  private audio: AudioSource | undefined;

  constructor(
    private readonly fetcher: RecordingFetcher,
    private readonly uploads: UploadReceiver,
  ) {}

  /**
   * Called once, for a request that has a `url`.
   * @throws GatewayError 400 or 413 for `url`, or the signal's reason
   */
  async fetch({ url = '' }: Pick<TranscriptionRequest, 'url'>, signal: AbortSignal): Promise<AudioSource> {
    this.audio = await this.uploads.receiveFromUrl(await this.fetcher.open(url, signal));
    return this.audio;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.audio?.[Symbol.asyncDispose]();
  }
}
