import type { Readable } from 'node:stream';
import type { ProviderError } from '../domain/errors.js';
import { decodeContent, UndecodableBodyError } from './content-encoding.js';

/** How long an answer that has said everything may take to end, before its connection is given up. */
const RELEASE_TIMEOUT_MS = 1_000;

const BYTE_ORDER_MARK = Buffer.from('\uFEFF');

/**
 * The body of a provider's answer. Whoever receives one must read it to its end with `bytes` or `next`, or let go of it
 * with `release` or `destroy`: an unread body keeps its connection.
 */
export class ResponseBody {
  private readonly chunks: AsyncIterator<Buffer>;
  private bytesRead = 0;

  /**
   * @param explain turns an error of the connection into ours
   * @param encoding the header `content-encoding`
   * @param maxBytes of what is read, after it was decompressed
   * @param onWhole told of a body that was read whole
   */
  constructor(
    private readonly stream: Readable,
    private readonly explain: (error: unknown) => ProviderError,
    encoding?: string,
    private readonly maxBytes: number = Infinity,
    private readonly onWhole: (body: Buffer) => void = () => undefined,
  ) {
    this.chunks = decodeContent(stream, encoding)[Symbol.asyncIterator]();
    // Without a listener an abort between two reads would be an uncaught exception; the next read reports it.
    stream.on('error', () => {});
  }

  /**
   * The next chunk, decompressed; `undefined` at the end.
   * @throws ProviderError when the connection breaks, the signal fires, or the body is too long or broken
   */
  async next(): Promise<Buffer | undefined> {
    try {
      const { done, value } = await this.chunks.next();
      if (done) return undefined;
      this.bytesRead += value.length;
      if (this.bytesRead > this.maxBytes) {
        throw new UndecodableBodyError(`the answer exceeds ${this.maxBytes} bytes once it is decompressed`);
      }
      return value;
    } catch (error) {
      this.stream.destroy();
      throw this.explain(error);
    }
  }

  /**
   * The whole rest of the body. JSON comes without a byte order mark, which stops its parsers; in text it stays.
   * @throws ProviderError as `next`
   */
  async bytes(): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for (let chunk = await this.next(); chunk; chunk = await this.next()) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    this.onWhole(body);
    const marked = body.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
    const rest = marked ? body.subarray(BYTE_ORDER_MARK.length) : body;
    return marked && /^\s{0,100}[{["]/.test(rest.subarray(0, 101).toString('latin1')) ? rest : body;
  }

  /** Ends the interest in the body and closes its connection, so that the provider can stop working. */
  destroy(): void {
    this.stream.destroy();
  }

  /** Ends the interest in a body that has nothing more to say, keeping its connection if it ends soon by itself. */
  release(): void {
    const timer = setTimeout(() => this.stream.destroy(), RELEASE_TIMEOUT_MS).unref();
    void this.drain()
      .catch(() => {})
      .finally(() => clearTimeout(timer));
  }

  private async drain(): Promise<void> {
    while (await this.next()) continue;
  }
}
