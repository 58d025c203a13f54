import { once } from 'node:events';
import type { Response } from 'express';

/** Writes an answer without an end in sight to a client, no faster than it reads, for as long as it is there. */
export class PacedAnswer {
  private readonly gone = new AbortController();

  /** @param stop ends it as if the client had gone */
  constructor(
    private readonly response: Response,
    stop?: AbortSignal,
  ) {
    response.once('close', () => this.gone.abort());
    stop?.addEventListener('abort', () => this.gone.abort(), { signal: this.gone.signal });
    if (response.destroyed || stop?.aborted) this.gone.abort();
  }

  /** Aborted when nobody reads any more. */
  get signal(): AbortSignal {
    return this.gone.signal;
  }

  /** Sends the status and the headers. */
  open(headers: Readonly<Record<string, string>>): void {
    this.response.status(200).set({
      ...headers,
      // nginx would otherwise collect what is sent.
      'x-accel-buffering': 'no',
    });
    this.response.flushHeaders();
    if (this.response.req.method === 'HEAD') this.gone.abort();
  }

  /** Sends some of it, and waits until there is room for more. Where nobody reads any more, nothing happens. */
  async send(text: string): Promise<void> {
    if (this.signal.aborted || text === '' || this.response.write(text)) return;
    await once(this.response, 'drain', { signal: this.signal }).catch((error: unknown) => {
      if (!this.signal.aborted) throw error;
    });
  }

  /** Sends something unless the client has enough to read. */
  sendIfRead(text: string): void {
    if (!this.signal.aborted && !this.response.writableNeedDrain) this.response.write(text);
  }

  /** Sends nothing more; what is being sent is not waited for. */
  stop(): void {
    this.gone.abort();
  }

  end(): void {
    this.response.end();
  }

  /** Cuts the connection, so that what has come so far is not taken for the whole. */
  cut(): void {
    this.response.destroy();
  }
}
