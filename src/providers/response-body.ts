import type { Readable } from 'node:stream';
import type { ProviderError } from '../domain/errors.js';

/** How long an answer that has said everything may take to end, before its connection is given up. */
const RELEASE_TIMEOUT_MS = 1_000;

/**
 * The body of a provider's answer. Whoever receives one must read it to its end with `bytes` or `next`, or let go of it
 * with `release` or `destroy`: an unread body keeps its connection.
 */
export class ResponseBody {
  private readonly chunks: AsyncIterator<Buffer>;

  /** @param explain turns an error of the connection into ours */
  constructor(
    private readonly stream: Readable,
    private readonly explain: (error: unknown) => ProviderError,
  ) {
    this.chunks = stream[Symbol.asyncIterator]();
    // Without a listener an abort between two reads would be an uncaught exception; the next read reports it.
    stream.on('error', () => {});
  }

  /**
   * The next chunk, `undefined` at the end.
   * @throws ProviderError when the connection breaks or the signal fires
   */
  async next(): Promise<Buffer | undefined> {
    try {
      const { done, value } = await this.chunks.next();
      return done ? undefined : value;
    } catch (error) {
      throw this.explain(error);
    }
  }

  /**
   * The whole rest of the body.
   * @throws ProviderError as `next`
   */
  async bytes(): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for (let chunk = await this.next(); chunk; chunk = await this.next()) chunks.push(chunk);
    return Buffer.concat(chunks);
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
