import type { IncomingHttpHeaders } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { AudioSource } from '../domain/audio-source.js';
import { badRequest, ClientGoneError } from '../domain/errors.js';
import { FormReader } from './form-reader.js';
import { spool } from './memory-or-temp-file.js';
import { TempFolder } from './temp-folder.js';
import { fileTooLarge } from './upload-errors.js';
import { maxBodyBytes, UPLOAD_OPTIONS, type UploadOptions } from './upload-options.js';
import { UploadedAudio } from './uploaded-audio.js';

/** One multipart request. Disposing it deletes the audio; disposing twice is fine. */
export interface ReceivedForm extends AsyncDisposable {
  /**
   * Every text field with its values in the order sent. `x[]` and a repeated `x` are both `x`; the bracketed parts of
   * an object stay apart: `chunking_strategy[type]`.
   */
  readonly fields: ReadonlyMap<string, readonly string[]>;
  /** The file part `file`; absent when none was sent. */
  readonly audio?: AudioSource;
}

/** Receives audio uploads. One per process and folder: making it removes what a killed predecessor left behind. */
@Injectable()
export class UploadReceiver {
  private readonly folder: TempFolder;

  constructor(@Inject(UPLOAD_OPTIONS) private readonly options: UploadOptions) {
    this.folder = new TempFolder(options.tempFolder);
  }

  /**
   * Reads a whole multipart form whose body nobody has touched. After an error nothing is left on disk, but the body
   * may be unread: answer, and close the connection after that (`closeAfterAnswer`).
   * @throws GatewayError 400 for a form that cannot be used, 413 for one that is too large, as early as that is known
   * @throws ClientGoneError when the connection ended before the body did
   * @throws the signal's reason
   */
  async receive(request: Request, response: Response, options: { signal: AbortSignal }): Promise<ReceivedForm> {
    options.signal.throwIfAborted();
    if (request.destroyed && !request.complete) throw new ClientGoneError();
    refuseByHeaders(request.headers, this.options);
    const { memoryBytes, maxFileBytes, probeTimeoutMs } = this.options;
    const store = (source: AsyncIterable<Buffer>) =>
      spool(source, { memoryBytes, maxBytes: maxFileBytes }, this.folder);
    const { fields, file } = await new FormReader(request, response, this.options, store).read(options.signal);
    if (!file) return { fields, [Symbol.asyncDispose]: () => Promise.resolve() };
    try {
      const audio = await UploadedAudio.inspect(file.bytes, file.name, probeTimeoutMs);
      options.signal.throwIfAborted();
      return { fields, audio, [Symbol.asyncDispose]: () => audio[Symbol.asyncDispose]() };
    } catch (error) {
      await file.bytes[Symbol.asyncDispose]();
      throw error;
    }
  }

  /**
   * Takes in audio from the address that the client sent in the field `url`, under the limits of an upload.
   * @throws GatewayError 400 or 413 for audio that cannot be used; what `bytes` throws
   */
  async receiveFromUrl({ bytes, filename, declaredBytes = 0 }: IncomingAudio): Promise<AudioSource> {
    const { memoryBytes, maxFileBytes: maxBytes, probeTimeoutMs } = this.options;
    if (declaredBytes > maxBytes) {
      await hangUp(bytes);
      throw fileTooLarge(maxBytes, 'url');
    }
    const spooled = await spool(bytes, { memoryBytes, maxBytes, field: 'url' }, this.folder);
    try {
      return await UploadedAudio.inspect(spooled, filename, probeTimeoutMs, 'url');
    } catch (error) {
      await spooled[Symbol.asyncDispose]();
      throw error;
    }
  }
}

/** Tells a source that nothing more is wanted; one that was never read from would not notice. */
async function hangUp(bytes: AsyncIterable<Buffer>): Promise<void> {
  for await (const _ of bytes) break;
}

/** Audio that does not come in a form. */
export interface IncomingAudio {
  /** Read to its end, or returned from. */
  readonly bytes: AsyncIterable<Buffer>;
  /** May be empty. */
  readonly filename: string;
  /** What the sender says of the length. */
  readonly declaredBytes?: number;
}

/** Refuses what the headers already give away, so that no byte of the body is read for it. */
function refuseByHeaders(headers: IncomingHttpHeaders, options: UploadOptions): void {
  const contentType = headers['content-type'];
  if (!contentType || !/^multipart\/form-data\s*(;|$)/i.test(contentType)) {
    const found = contentType ? `not ${contentType}` : 'but the request has no content type';
    throw badRequest(`Audio must be sent as multipart/form-data, ${found}`, null, 'unsupported_content_type');
  }
  if (Number(headers['content-length'] ?? 0) > maxBodyBytes(options)) throw fileTooLarge(options.maxFileBytes);
}
