import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import busboy from 'busboy';

/** One part of a recorded form, as it stood on the wire. */
export interface RecordedPart {
  readonly name: string;
  /** Of a text field. */
  readonly value?: string;
  /** Of a file. */
  readonly file?: { readonly filename: string; readonly mediaType: string; readonly bytes: Buffer };
}

/** One request that a simulator received. The body's fields are filled before the request is answered. */
export class RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  rawBody: Buffer = Buffer.alloc(0);
  /** In the order of the wire, repeated keys included. */
  parts: readonly RecordedPart[] = [];

  /** @param aborted resolves when the connection closed before the whole answer was sent */
  constructor(
    message: IncomingMessage,
    readonly aborted: Promise<void>,
  ) {
    this.method = message.method ?? '';
    this.path = message.url ?? '';
    this.headers = message.headers;
  }

  /** Every key in the order of the wire. */
  get keys(): readonly string[] {
    return this.parts.map((it) => it.name);
  }

  /** All values of a text field. */
  values(name: string): readonly string[] {
    return this.parts.filter((it) => it.name === name).flatMap((it) => (it.value === undefined ? [] : [it.value]));
  }

  /** The only value of a text field. */
  value(name: string): string | undefined {
    return this.values(name)[0];
  }

  /** The first file of the form. */
  get file(): RecordedPart['file'] {
    return this.parts.find((it) => it.file)?.file;
  }
}

/**
 * Takes a multipart body apart.
 * @throws Error when it is malformed
 */
export async function parseForm(headers: IncomingHttpHeaders, body: Buffer): Promise<readonly RecordedPart[]> {
  const parser = busboy({ headers, defParamCharset: 'utf8' });
  const parts: RecordedPart[] = [];
  const finished = new Promise<void>((resolve, reject) => {
    parser.on('field', (name, value) => parts.push({ name, value }));
    parser.on('file', (name, stream, { filename, mimeType }) => {
      const place = parts.push({ name }) - 1;
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        parts[place] = { name, file: { filename, mediaType: mimeType, bytes: Buffer.concat(chunks) } };
      });
    });
    parser.on('close', resolve);
    parser.on('error', reject);
  });
  parser.end(body);
  await finished;
  return parts;
}
