import type { Readable, Writable } from 'node:stream';
import type { Request, Response } from 'express';
import multer from 'multer';
import { badRequest, ClientGoneError } from '../domain/errors.js';
import { unstorableFault } from '../domain/storable-text.js';
import { type FormFields, readFieldName } from './form-fields.js';
import type { SpooledBytes } from './memory-or-temp-file.js';
import { searchNatively } from './native-search.js';
import { fieldTooLarge, malformedForm } from './upload-errors.js';
import { maxBodyBytes, type UploadOptions } from './upload-options.js';

/** The file of a form that was received whole, before anybody has looked at its audio. */
export interface ReceivedFile {
  readonly name: string;
  /** The caller's to dispose. */
  readonly bytes: SpooledBytes;
}

/** Multer's option, missing in its types: connects the body to busboy, multer's parser, before the first byte. */
type StreamHandler = (request: Request, parser: Writable) => void;

/** For a file part without a filename, which multer would throw away. */
const UNNAMED = 'audio';

/**
 * Reads one multipart form with multer. Two of its habits do not suit us: it folds field names into nested objects, and
 * after an error it reads the body to its end before it tells. Listening to its parser avoids both.
 */
export class FormReader {
  private readonly stop = new AbortController();
  private file: { readonly name: string; readonly bytes: Promise<SpooledBytes> } | undefined;
  private parser: Writable | undefined;
  private bodyBytes = 0;

  constructor(
    private readonly request: Request,
    private readonly response: Response,
    private readonly options: UploadOptions,
    private readonly fields: FormFields,
    private readonly store: (source: AsyncIterable<Buffer>) => Promise<SpooledBytes>,
  ) {}

  /**
   * Reads to the end of the body: the texts into `fields`, and the file, if there is one. After an error the rest of the
   * body is unread and nothing is left on disk.
   * @throws GatewayError 400 or 413 as soon as the form is known to be unacceptable
   * @throws ClientGoneError when the connection ended before the body did
   * @throws the signal's reason, or what `store` throws
   */
  async read(signal: AbortSignal): Promise<ReceivedFile | undefined> {
    const onAbort = (): void => this.fail(signal.reason);
    const onClose = (): void => {
      if (!this.request.complete) this.fail(new ClientGoneError());
    };
    signal.addEventListener('abort', onAbort, { once: true });
    this.request.once('close', onClose);
    try {
      await this.receive();
      return this.file && { ...this.file, bytes: await this.file.bytes };
    } catch (error) {
      const bytes = await this.file?.bytes.catch(() => undefined);
      await bytes?.[Symbol.asyncDispose]();
      throw error;
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.request.off('close', onClose);
    }
  }

  private async receive(): Promise<void> {
    const settings: multer.Options & { streamHandler: StreamHandler } = {
      storage: this.storage(),
      streamHandler: (_request, parser) => this.connect(parser),
      fileFilter: (_request, _file, accept) => accept(null, !this.stop.signal.aborted),
      // Browsers, curl and the SDKs send names as plain UTF-8.
      defParamCharset: 'utf8',
      limits: { fieldSize: Math.max(this.options.maxFieldBytes, this.options.maxSpeakerReferenceBytes) },
    };
    await new Promise<void>((resolve, reject) => {
      this.stop.signal.addEventListener('abort', () => reject(this.stop.signal.reason), { once: true });
      void multer(settings).any()(this.request, this.response, (error?: unknown) => {
        if (error !== undefined) void this.failAfterStore(error);
        else if (this.parser) resolve();
        else this.fail(malformedForm('it is empty, or its content type is malformed'));
      });
    });
  }

  /** What `store` throws is the better reason for what multer then says about a broken stream. */
  private async failAfterStore(broken: unknown): Promise<void> {
    await Promise.allSettled([this.file?.bytes]);
    this.fail(malformedForm(broken instanceof Error ? broken.message : String(broken)));
  }

  private connect(parser: Writable): void {
    this.parser = parser;
    parser.on('error', (error: Error) => this.fail(malformedForm(error.message)));
    parser.removeAllListeners('field');
    parser.on('field', (name: string | undefined, value: string | undefined, part: { valueTruncated: boolean }) => {
      this.unlessRefused(() => this.fields.add(name, value, part.valueTruncated));
    });
    parser.prependListener('file', (name: string | undefined, _stream: Readable, part: { filename?: string }) => {
      this.unlessRefused(() => this.checkFilePart(readFieldName(name, this.options), part.filename ?? ''));
      part.filename ||= UNNAMED;
    });
    searchNatively(parser);
    this.request.on('data', this.feed).once('end', () => parser.end());
  }

  /** Not by a pipe, which waits after every piece that is larger than the parser holds, although it has taken it. */
  private readonly feed = (piece: Buffer): void => {
    const { request, parser } = this;
    // Bounds what is neither file nor field: text around the parts, and parts that nobody understands.
    this.bodyBytes += piece.length;
    if (this.bodyBytes > maxBodyBytes(this.options)) this.fail(fieldTooLarge(this.options.maxFieldsBytes));
    if (!parser || parser.destroyed || parser.write(piece) || parser.writableLength === 0) return;
    request.pause();
    parser.once('drain', () => request.resume());
  };

  private storage(): multer.StorageEngine {
    return {
      _handleFile: (_request, { originalname, stream }, stored) => {
        const bytes = this.store(stream);
        this.file = { name: originalname, bytes };
        bytes.then(
          () => stored(null),
          (error: unknown) => {
            // What the parser has done to its own stream is the parser's to report.
            if (stream.errored !== error) this.fail(error);
            stored(error);
          },
        );
      },
      // Whatever fails, `read` disposes the bytes.
      _removeFile: (_request, _file, removed) => removed(null),
    };
  }

  private checkFilePart(field: string, filename: string): void {
    if (field !== 'file') {
      throw badRequest(`The audio was sent in the field \`${field}\`. Send it in the field \`file\`.`, 'file');
    }
    if (this.file) throw badRequest('`file` was sent more than once. Send one file per request.', 'file');
    const fault = unstorableFault(filename);
    if (fault) throw badRequest(`Invalid 'file': its name ${fault}`, 'file', 'invalid_value');
  }

  private unlessRefused(take: () => void): void {
    try {
      take();
    } catch (error) {
      this.fail(error);
    }
  }

  /** The first failure counts; what follows from it does not. */
  private fail(error: unknown): void {
    if (this.stop.signal.aborted) return;
    this.stop.abort(this.request.destroyed && !this.request.complete ? new ClientGoneError() : error);
    if (!this.parser) return;
    this.request.off('data', this.feed).pause();
    this.parser.destroy();
  }
}
