import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express, { type ErrorRequestHandler, type Request, type Response } from 'express';
import { GatewayError } from '../../src/domain/errors.js';
import { closeAfterAnswer, type Lingering } from '../../src/http/connection/close-after-answer.js';
import { handleExpectContinue } from '../../src/http/connection/expect-continue.js';
import { defaultUploadOptions, type UploadOptions } from '../../src/uploads/upload-options.js';
import { UploadReceiver, type ReceivedForm } from '../../src/uploads/upload-receiver.js';

/** What the server tells about a form that it has received. */
export interface UploadAnswer {
  readonly fields: Record<string, string[]>;
  readonly audio?: {
    readonly filename: string;
    readonly mediaType: string;
    readonly sizeBytes: number;
    readonly sha256: string;
    readonly durationSeconds?: number;
    readonly tempFiles: number;
  };
}

/** A bare Express server that receives audio and says what it got. */
export interface UploadServer {
  readonly port: number;
  readonly url: string;
  readonly tempFolder: string;
  /** What every call of `receive` ended with, in order. */
  readonly outcomes: unknown[];
  /** The forms among the outcomes. */
  readonly forms: ReceivedForm[];
  tempFiles(): Promise<string[]>;
  close(): Promise<void>;
}

/** Starts a server on a free port. A request with the header `authorization: nobody` is refused before its body is read. */
export async function startUploadServer(
  options: Partial<UploadOptions> & { lingering?: Lingering; signal?: AbortSignal } = {},
): Promise<UploadServer> {
  const { lingering, signal = new AbortController().signal, ...limits } = options;
  const tempFolder = join(await mkdtemp(join(tmpdir(), 'upload-server-')), 'uploads');
  const receiver = new UploadReceiver({ ...defaultUploadOptions, tempFolder, maxFileBytes: 1 << 20, ...limits });
  const outcomes: unknown[] = [];
  const forms: ReceivedForm[] = [];
  const tempFiles = (): Promise<string[]> => readdir(tempFolder);

  const answer = async (request: Request, response: Response): Promise<void> => {
    if (request.headers.authorization === 'nobody') throw new GatewayError({ status: 401, message: 'Who are you?' });
    let form: ReceivedForm;
    try {
      form = await receiver.receive(request, response, { signal });
    } catch (error) {
      outcomes.push(error);
      throw error;
    }
    outcomes.push(form);
    forms.push(form);
    const body = await describe(form, (await tempFiles()).length);
    await form[Symbol.asyncDispose]();
    response.json(body);
  };
  const refuse: ErrorRequestHandler = (error: unknown, request, response, _next) => {
    if (response.destroyed) return;
    closeAfterAnswer(request, response, lingering);
    const status = error instanceof GatewayError ? error.status : 500;
    response.status(status).json(error instanceof GatewayError ? error.toEnvelope() : { error: String(error) });
  };
  const server = createServer(express().post('/v1/audio/transcriptions', answer).use(refuse));
  handleExpectContinue(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}/v1`,
    tempFolder,
    outcomes,
    forms,
    tempFiles,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await receiver.onModuleDestroy();
      await rm(join(tempFolder, '..'), { recursive: true });
    },
  };
}

async function describe(form: ReceivedForm, tempFiles: number): Promise<UploadAnswer> {
  const fields = Object.fromEntries([...form.fields].map(([key, values]) => [key, [...values]]));
  const { audio } = form;
  if (!audio) return { fields };
  const { filename, mediaType, sizeBytes } = audio;
  const sha256 = createHash('sha256');
  for await (const chunk of audio.stream() as AsyncIterable<Buffer>) sha256.update(chunk);
  const { durationSeconds } = await audio.probe();
  return {
    fields,
    audio: { filename, mediaType, sizeBytes, sha256: sha256.digest('hex'), durationSeconds, tempFiles },
  };
}

/** A TCP connection that keeps everything it is sent. */
export class RawClient {
  received = '';
  closed = false;
  private readonly socket: Socket;

  constructor(port: number) {
    // Goes on sending after the server has ended its side, as many clients do.
    this.socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    this.socket.setEncoding('latin1');
    this.socket.on('data', (text: string) => (this.received += text));
    this.socket.on('close', () => (this.closed = true));
    // A reset is one of the ways in which a server closes; the tests look at `closed`.
    this.socket.on('error', () => undefined);
  }

  write(bytes: string | Buffer): void {
    this.socket.write(bytes);
  }

  /** Sends at the server's pace until the connection is closed; what is sent makes no difference any more. */
  async writeUntilClosed(chunk: Buffer): Promise<void> {
    while (!this.closed) {
      if (this.socket.write(chunk)) await new Promise(setImmediate);
      else await Promise.race([onceOf(this.socket, 'drain'), onceOf(this.socket, 'close')]);
    }
  }

  /** Drops the connection, as a crashed client does. */
  destroy(): void {
    this.socket.destroy();
  }

  /** Ends our half of the connection. */
  end(): void {
    this.socket.end();
  }
}

function onceOf(socket: Socket, event: 'drain' | 'close'): Promise<void> {
  return new Promise((resolve) => socket.once(event, () => resolve()));
}

/** Waits until something has become true; the test's own timeout ends a vain wait. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}
