import type { IncomingHttpHeaders } from 'node:http';
import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { AudioField, AudioSource } from '../domain/audio-source.js';
import { badRequest, ClientGoneError, GatewayError } from '../domain/errors.js';
import { type BodyLimits, readBody, type ReceivedBody } from './body-reader.js';
import { FormFields } from './form-fields.js';
import { FormReader } from './form-reader.js';
import { Inspector } from './inspection/inspector.js';
import { spool, type SpooledBytes } from './memory-or-temp-file.js';
import { TempFolder } from './temp-folder.js';
import { fileTooLarge, type FileLimit } from './upload-errors.js';
import { UploadMemory } from './upload-memory.js';
import { UnknownAudio } from './unknown-audio.js';
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

/** What receiving needs beside what is received. */
export interface ReceiveOptions {
  readonly signal: AbortSignal;
  /** Told when the last byte has come, before anybody looks into the audio. */
  readonly onReceived?: () => void;
  /** Of the caller; it never allows more than everybody may send. */
  readonly fileLimit?: FileLimit | undefined;
}

/** Receives audio uploads. One per process and folder: making it removes what a killed predecessor left behind. */
@Injectable()
export class UploadReceiver implements OnModuleInit, OnModuleDestroy {
  private readonly folder: TempFolder;
  private readonly memory: UploadMemory;
  private readonly inspector = new Inspector();

  constructor(@Inject(UPLOAD_OPTIONS) private readonly options: UploadOptions) {
    this.folder = new TempFolder(options.tempFolder);
    this.memory = new UploadMemory(options.memoryBytes);
  }

  /** What all uploads that are being served take, and may take in memory. */
  get usage(): UploadUsage {
    return {
      memoryBytes: this.memory.usedBytes,
      maxMemoryBytes: this.options.memoryBytes,
      diskBytes: this.folder.usedBytes,
    };
  }

  /**
   * Reads a whole multipart form whose body nobody has touched. After an error nothing is left on disk, but the body
   * may be unread: answer, and close the connection after that (`closeAfterAnswer`).
   * @throws GatewayError 400 for a form that cannot be used, 413 for one that is too large, as early as that is known; 503
   *   when there is no room for speaker references, or too many recordings are to be looked into
   * @throws ClientGoneError when the connection ended before the body did
   * @throws the signal's reason
   */
  async receive(
    request: Request,
    response: Response,
    { signal, onReceived, fileLimit }: ReceiveOptions,
  ): Promise<ReceivedForm> {
    signal.throwIfAborted();
    if (request.destroyed && !request.complete) throw new ClientGoneError();
    const limit = this.limitFor(fileLimit);
    const options = { ...this.options, maxFileBytes: limit.maxBytes };
    refuseByHeaders(request.headers, options, limit);
    const store = (source: AsyncIterable<Buffer>) => this.spool(source, limit);
    const fields = new FormFields(this.options, this.memory);
    try {
      const file = await new FormReader(request, response, options, fields, store).read(signal);
      onReceived?.();
      if (!file) return form(fields);
      try {
        const audio = await UploadedAudio.inspect(file.bytes, this.inspector, { name: file.name, signal });
        signal.throwIfAborted();
        return form(fields, audio);
      } catch (error) {
        await file.bytes[Symbol.asyncDispose]();
        throw error;
      }
    } catch (error) {
      fields.giveBack();
      throw error;
    }
  }

  /** Starts the threads that look into uploads; nobody waits for them. */
  onModuleInit(): void {
    this.inspector.start();
  }

  /** Ends them. */
  async onModuleDestroy(): Promise<void> {
    await this.inspector[Symbol.asyncDispose]();
  }

  /**
   * Reads a whole body that is no form.
   * @throws as {@link readBody}
   */
  receiveBody(request: Request, limits: BodyLimits): Promise<ReceivedBody> {
    return readBody(request, this.memory, limits);
  }

  /**
   * Takes in audio that was sent within a body, under the limits of an upload. What is in no container that is known here is
   * taken as it is: it goes to whom the client means.
   * @throws GatewayError 400 when it is empty, 413 when it is too large, 503 as {@link receive}; what `bytes` throws
   * @throws the signal's reason
   */
  async receiveInline(
    bytes: AsyncIterable<Buffer>,
    field: AudioField,
    { signal, fileLimit }: ReceiveOptions,
  ): Promise<AudioSource> {
    const spooled = await this.spool(bytes, this.limitFor(fileLimit), field);
    try {
      return await UploadedAudio.inspect(spooled, this.inspector, { name: '', field, signal });
    } catch (error) {
      const isUnknown = error instanceof GatewayError && error.status === 400 && spooled.sizeBytes > 0;
      if (isUnknown) return new UnknownAudio(spooled, field);
      await spooled[Symbol.asyncDispose]();
      throw error;
    }
  }

  /**
   * Takes in audio from the address that the client sent in the field `url`, under the limits of an upload.
   * @throws GatewayError 400 or 413 for audio that cannot be used, 503 as {@link receive}; what `bytes` throws
   * @throws the signal's reason
   */
  async receiveFromUrl(
    { bytes, filename, declaredBytes = 0 }: IncomingAudio,
    { signal, onReceived, fileLimit }: ReceiveOptions,
  ): Promise<AudioSource> {
    const limit = this.limitFor(fileLimit);
    if (declaredBytes > limit.maxBytes) {
      await hangUp(bytes);
      throw fileTooLarge(limit, 'url');
    }
    const spooled = await this.spool(bytes, limit, 'url');
    onReceived?.();
    try {
      return await UploadedAudio.inspect(spooled, this.inspector, { name: filename, field: 'url', signal });
    } catch (error) {
      await spooled[Symbol.asyncDispose]();
      throw error;
    }
  }

  private spool(source: AsyncIterable<Buffer>, limit: FileLimit, field?: AudioField): Promise<SpooledBytes> {
    const { folder, memory } = this;
    return spool(source, { limit, field, folder, memory });
  }

  private limitFor(ofCaller: FileLimit | undefined): FileLimit {
    const { maxFileBytes } = this.options;
    return ofCaller && ofCaller.maxBytes < maxFileBytes ? ofCaller : { maxBytes: maxFileBytes };
  }
}

function form(fields: FormFields, audio?: UploadedAudio): ReceivedForm {
  return {
    fields: fields.values,
    ...(audio && { audio }),
    async [Symbol.asyncDispose]() {
      fields.giveBack();
      await audio?.[Symbol.asyncDispose]();
    },
  };
}

/** Tells a source that nothing more is wanted; one that was never read from would not notice. */
async function hangUp(bytes: AsyncIterable<Buffer>): Promise<void> {
  for await (const _ of bytes) break;
}

/** What uploads take. */
export interface UploadUsage {
  readonly memoryBytes: number;
  readonly maxMemoryBytes: number;
  readonly diskBytes: number;
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
function refuseByHeaders(headers: IncomingHttpHeaders, options: UploadOptions, limit: FileLimit): void {
  const contentType = headers['content-type'];
  if (!contentType || !/^multipart\/form-data\s*(;|$)/i.test(contentType)) {
    const found = contentType ? `not ${contentType.slice(0, 100)}` : 'but the request has no content type';
    throw badRequest(`Audio must be sent as multipart/form-data, ${found}`, null, 'unsupported_content_type');
  }
  if (Number(headers['content-length'] ?? 0) > maxBodyBytes(options)) throw fileTooLarge(limit);
}
