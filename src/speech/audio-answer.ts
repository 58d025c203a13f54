import { once } from 'node:events';
import type { Response } from 'express';
import type { SpeechFormat } from '../domain/speech.js';

/** What OpenAI says of each format. */
export const CONTENT_TYPES: Readonly<Record<SpeechFormat, string>> = {
  mp3: 'audio/mpeg',
  opus: 'audio/opus',
  aac: 'audio/aac',
  flac: 'audio/flac',
  wav: 'audio/wav',
  pcm: 'audio/pcm',
};

/** Writes bare audio to a client, as it comes and no faster than the client reads it. */
export class AudioAnswer {
  constructor(
    private readonly response: Response,
    private readonly format: SpeechFormat,
  ) {}

  /** Sends a piece; the first one sends the status and the headers with it. */
  async send(audio: Buffer, signal: AbortSignal): Promise<void> {
    if (!this.response.headersSent) {
      this.response.status(200).setHeader('content-type', CONTENT_TYPES[this.format]);
      // nginx would otherwise collect the pieces.
      this.response.setHeader('x-accel-buffering', 'no');
    }
    if (!this.response.write(audio)) await once(this.response, 'drain', { signal });
  }

  /** Ends complete audio. */
  end(): void {
    this.response.end();
  }
}
