import { makeWav } from '../support/audio.js';
import { END_OF_FORM, MULTIPART, multipart, partHead, RawHttp } from '../support/raw-http.js';

const PIECE_BYTES = 64 * 1024;
const WAV_HEADER_BYTES = 44;
const BYTES_PER_SECOND = 32_000;
const tone = makeWav({ durationSeconds: PIECE_BYTES / BYTES_PER_SECOND, toneHz: 440 }).subarray(WAV_HEADER_BYTES);

/** One request with a recording, as it is put on the wire. */
export interface RawUploadOptions {
  readonly url: string;
  readonly key: string;
  /** Of `SinkUpstream`: it goes to the upstream as the prompt, and into the log as the user. */
  readonly tag: string;
  readonly fileBytes: number;
  readonly path?: string;
  readonly model?: string;
  readonly fields?: Readonly<Record<string, string>>;
}

/** An upload in pieces that are made when they are sent, so that thousands of them take no memory here. */
export class RawUpload {
  /** The request line and the headers. */
  readonly head: Buffer;
  /** The form up to the recording's first byte. */
  readonly formHead: Buffer;
  private readonly fileBytes: number;

  constructor({ url, key, tag, fileBytes, path, model = 'whisper', fields = {} }: RawUploadOptions) {
    this.fileBytes = fileBytes;
    const texts = Object.entries({ model, prompt: tag, ...fields }).map(([name, value]) => ({ name, value }));
    this.formHead = Buffer.concat([multipart(texts), partHead({ name: 'file', filename: 'speech.wav' })]);
    const headers = {
      host: new URL(url).host,
      authorization: `Bearer ${key}`,
      'x-auricle-user': tag,
      'content-type': MULTIPART,
      'content-length': String(this.formHead.length + fileBytes + formEnd.length),
      connection: 'close',
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    this.head = Buffer.from(`POST ${path ?? '/v1/audio/transcriptions'} HTTP/1.1\r\n${lines.join('')}\r\n`);
  }

  /** The recording, and at last what ends the form together with its last byte. */
  *pieces(): Generator<Buffer> {
    yield makeWav({ durationSeconds: 0, declaredDataBytes: this.fileBytes - WAV_HEADER_BYTES });
    let left = this.fileBytes - WAV_HEADER_BYTES - 1;
    for (; left > 0; left -= PIECE_BYTES) yield tone.subarray(0, Math.min(left, PIECE_BYTES));
    yield Buffer.concat([Buffer.alloc(1), formEnd]);
  }

  /** Sends all of it, as fast as it is taken, on a connection of its own. */
  async send(url: string): Promise<RawHttp> {
    const client = await RawHttp.connect(url);
    for (const piece of [this.head, this.formHead]) await client.send(piece);
    for (const piece of this.pieces()) if (!(await client.send(piece))) break;
    return client;
  }
}

const formEnd = Buffer.from(`\r\n${END_OF_FORM}`);
