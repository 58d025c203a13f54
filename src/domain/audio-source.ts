import type { Readable } from 'node:stream';

/** Facts measured from the audio itself. A field is absent when it could not be measured. */
export interface AudioFacts {
  readonly durationSeconds?: number;
  readonly container?: string;
}

/**
 * One uploaded recording, held by reference: in memory while small, in a temporary file when large.
 * Disposed when the response closes; nothing outlives the request.
 */
export interface AudioSource extends AsyncDisposable {
  /** The client's name for the file, with an extension that agrees with the bytes. */
  readonly filename: string;
  /** MIME type sniffed from the bytes, never the client's claim. */
  readonly mediaType: string;
  readonly sizeBytes: number;
  /** Reads from the start; may be called once for every attempt. */
  stream(): Readable;
  /** Measured once, then remembered. Never rejects: what cannot be measured is absent. */
  probe(): Promise<AudioFacts>;
}
