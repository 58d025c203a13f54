import { connect, type Socket } from 'node:net';

/** One HTTP answer as it stood on the wire. */
export interface RawAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A part of a hand-made multipart form. */
export interface RawPart {
  readonly name: string;
  readonly value: string | Buffer;
  /** Makes it a file. */
  readonly filename?: string;
}

const BOUNDARY = 'raw-boundary-7f3a';

/** The content type of what `multipart` makes. */
export const MULTIPART = `multipart/form-data; boundary=${BOUNDARY}`;

/** A multipart body; an unfinished one can be cut anywhere or never get its `END_OF_FORM`. */
export function multipart(parts: readonly RawPart[]): Buffer {
  return Buffer.concat(parts.flatMap((part) => [partHead(part), Buffer.from(part.value), Buffer.from('\r\n')]));
}

/** What closes a multipart body. */
export const END_OF_FORM = `--${BOUNDARY}--\r\n`;

/** What comes before a part's bytes. */
export function partHead({ name, filename }: Pick<RawPart, 'name' | 'filename'>): Buffer {
  const file = filename === undefined ? '' : `; filename="${filename}"\r\ncontent-type: application/octet-stream`;
  return Buffer.from(`--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"${file}\r\n\r\n`);
}

/**
 * An HTTP client that is only a socket, for what no proper client does: stop in the middle, go away, talk nonsense,
 * never stop. It counts what it could send and knows when the connection ended.
 */
export class RawHttp {
  /** Resolves when the connection is gone, however it went. */
  readonly closed: Promise<void>;
  private received = '';
  private isClosed = false;
  private isPouring = false;

  private constructor(private readonly socket: Socket) {
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => (this.received += text));
    // A reset is one of the ways in which a server closes a connection.
    socket.on('error', () => undefined);
    socket.on('end', () => {
      if (!this.isPouring) socket.end();
    });
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.isClosed = true;
        resolve();
      });
    });
  }

  /** Connects to the host and port of a URL. */
  static async connect(url: string): Promise<RawHttp> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    const client = new RawHttp(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return client;
  }

  /** Everything received so far. */
  get text(): string {
    return this.received;
  }

  /** How many bytes the operating system has taken from us. */
  get bytesSent(): number {
    return this.socket.bytesWritten - this.socket.writableLength;
  }

  /** Sends bytes as they are. */
  write(bytes: string | Buffer): void {
    if (!this.socket.destroyed) this.socket.write(bytes);
  }

  /** Sends bytes and waits until there is room for more. Resolves to whether the connection is still there. */
  async send(bytes: string | Buffer): Promise<boolean> {
    if (!this.socket.destroyed && !this.socket.write(bytes)) await this.first('drain', 'close');
    return !this.socket.destroyed;
  }

  /** Sends a request line and headers, `host` included. */
  head(requestLine: string, headers: Readonly<Record<string, string>> = {}): void {
    const lines = Object.entries({ host: '127.0.0.1', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
    this.write(`${requestLine} HTTP/1.1\r\n${lines.join('')}\r\n`);
  }

  /**
   * Sends the same chunk again and again, as fast as it is taken and whatever is answered, until the connection is gone
   * or `limitBytes` are sent.
   */
  async pour(chunk: string | Buffer, limitBytes: number): Promise<void> {
    this.isPouring = true;
    while (!this.isClosed && this.bytesSent < limitBytes) {
      if (this.socket.write(chunk)) await new Promise(setImmediate);
      else await this.first('drain', 'close');
    }
    this.isPouring = false;
    this.socket.end();
  }

  /**
   * The first complete final answer, as soon as it is there; interim answers (100) are passed over. It needs a
   * `content-length` or the end of the connection.
   * @throws Error when the connection ends without one
   */
  async answer(): Promise<RawAnswer> {
    for (;;) {
      const answer = parseAnswer(this.received, this.socket.readableEnded || this.isClosed);
      if (answer) return answer;
      if (this.socket.readableEnded || this.isClosed) throw new Error(`no answer, only: ${this.received}`);
      await this.news();
    }
  }

  /** Waits until a text has been received. @throws Error when the connection ends before */
  async receive(text: string): Promise<void> {
    while (!this.received.includes(text)) {
      if (this.socket.readableEnded || this.isClosed) throw new Error(`not received, only: ${this.received}`);
      await this.news();
    }
  }

  /** Drops the connection, as a crashed client does. */
  destroy(): void {
    this.socket.destroy();
  }

  /** Ends our half of the connection and keeps reading. */
  end(): void {
    this.socket.end();
  }

  private news(): Promise<void> {
    return this.first('data', 'end', 'close');
  }

  private first(...events: readonly string[]): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        for (const event of events) this.socket.off(event, done);
        resolve();
      };
      for (const event of events) this.socket.on(event, done);
    });
  }
}

function parseAnswer(text: string, ended: boolean): RawAnswer | undefined {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const [statusLine = '', ...lines] = text.slice(0, headEnd).split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(statusLine)?.[1]);
  const rest = text.slice(headEnd + 4);
  if (status >= 100 && status < 200) return parseAnswer(rest, ended);
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const length = headers['content-length'] === undefined ? undefined : Number(headers['content-length']);
  if (length === undefined ? !ended : rest.length < length) return undefined;
  return { status, headers, body: Buffer.from(rest.slice(0, length), 'latin1').toString('utf8') };
}
