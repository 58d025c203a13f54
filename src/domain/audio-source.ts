import type { Readable } from 'node:stream';
import type { AudioContainerName } from './audio-container.js';
import type { DurationMethod } from './duration-method.js';

/** Facts measured from the audio itself. A field is absent when it could not be measured. */
export interface AudioFacts {
  /** Above zero. */
  readonly durationSeconds?: number;
  /** What the duration rests on; there is one where there is the other. */
  readonly durationMethod?: DurationMethod;
  readonly container?: string;
  /** Why the duration is unknown. */
  readonly warning?: string;
}

/** What of a request names a recording: a form's field with the file itself or its address, or a part of a message. */
export type AudioField = 'file' | 'url' | `messages[${string}`;

/**
 * One uploaded recording, held by reference: in memory while small, in a temporary file when large.
 * Disposed when the response closes; nothing outlives the request.
 */
export interface AudioSource extends AsyncDisposable {
  /** What the client has sent: errors name it. Absent = `file`. */
  readonly field?: AudioField;
  /** What the bytes are in; absent where nobody knows. */
  readonly container?: AudioContainerName;
  /** The client's name for the file, with an extension that agrees with the bytes. */
  readonly filename: string;
  /** MIME type sniffed from the bytes, never the client's claim. */
  readonly mediaType: string;
  readonly sizeBytes: number;
  /** What {@link stream} reads, where it is in memory: one piece after the other, without waiting. */
  readonly copies?: () => Iterable<Buffer>;
  /** Reads from the start; may be called once for every attempt. */
  stream(): Readable;
  /** Measured once, then remembered. Never rejects: what cannot be measured is absent. */
  probe(): Promise<AudioFacts>;
}

/** The same recording under another name, and with the type that goes with it. */
export function renamed(audio: AudioSource, filename: string, mediaType: string): AudioSource {
  return {
    field: audio.field,
    container: audio.container,
    filename,
    mediaType,
    sizeBytes: audio.sizeBytes,
    copies: audio.copies,
    stream: () => audio.stream(),
    probe: () => audio.probe(),
    [Symbol.asyncDispose]: () => audio[Symbol.asyncDispose](),
  };
}
