import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** What a request asks for by its tag. */
export type SinkBehaviour = 'answer' | 'hang' | 'long' | 'events' | 'endless';

/** The key of requests that are under way, long enough that no recording has it in it by chance. */
const TAG = /probe-(\d+)-(answer|hang|long|events|endless)-end/;
const LONGEST_TAG_BYTES = 64;
const LONG_TEXT = 'word '.repeat(600_000);
const TEXT = 'The beach was a popular spot on a hot summer day.';

/** How a sink takes requests and answers them. */
export interface SinkOptions {
  /** How long it waits between two pieces of a body; 0 = not at all. */
  readonly pauseMs?: number;
  /** Of a stream of `events`. */
  readonly events?: number;
  readonly gapMs?: number;
}

/**
 * A provider that keeps nothing of what it is sent, so that thousands of large uploads can go to it: it only looks for the
 * tag (`tagOf`) that says how to answer, in the field `prompt` or anywhere else.
 */
export class SinkUpstream {
  /** How many requests have come, those that were broken off included. */
  requests = 0;
  /** How many of them are under way. */
  running = 0;
  /** How often each tag has come. */
  readonly tags = new Map<string, number>();
  private readonly server: Server;
  /** Connections on which nothing is under way, or never was. */
  private readonly idle = new Set<Socket>();
  /** Whose body is here to its end. */
  private readonly whole = new Set<string>();
  private readonly waiting = new Map<string, () => void>();

  private constructor(private readonly options: Required<SinkOptions>) {
    this.server = createServer((request, response) => void this.serve(request, response));
    this.server.keepAliveTimeout = 0;
    this.server.on('connection', (socket: Socket) => {
      this.idle.add(socket);
      socket.once('close', () => this.idle.delete(socket));
    });
  }

  /** Starts on a free port. */
  static async start({ pauseMs = 0, events = 10, gapMs = 20 }: SinkOptions = {}): Promise<SinkUpstream> {
    const sink = new SinkUpstream({ pauseMs, events, gapMs });
    await new Promise<void>((resolve) => sink.server.listen(0, '127.0.0.1', resolve));
    return sink;
  }

  /** What a request carries to be told apart here, and to be answered so. */
  static tagOf(index: number, behaviour: SinkBehaviour): string {
    return `probe-${index}-${behaviour}-end`;
  }

  get port(): number {
    // `address()` is an AddressInfo for every server that listens on a port.
    return (this.server.address() as AddressInfo).port;
  }

  /** The base URL to give to a deployment. */
  get url(): string {
    return `http://127.0.0.1:${this.port}/v1`;
  }

  /** Resolves when the whole body with that tag is here. */
  async received(tag: string): Promise<void> {
    if (!this.whole.has(tag)) await new Promise<void>((resolve) => this.waiting.set(tag, resolve));
  }

  /** Closes the connections on which nothing is under way, also those that were opened for a request that never came. */
  closeIdle(): void {
    for (const socket of this.idle) socket.destroy();
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests += 1;
    this.running += 1;
    const { socket } = request;
    this.idle.delete(socket);
    response.once('close', () => {
      this.running -= 1;
      if (!socket.destroyed) this.idle.add(socket);
    });
    try {
      const tag = await this.swallow(request);
      await this.answer(tag, response);
    } catch {
      response.destroy();
    }
  }

  /** @returns the tag, empty where there is none */
  private async swallow(request: IncomingMessage): Promise<string> {
    let tag = '';
    let tail = '';
    for await (const chunk of request as AsyncIterable<Buffer>) {
      if (tag === '') {
        const text = tail + chunk.toString('latin1');
        tag = TAG.exec(text)?.[0] ?? '';
        tail = text.slice(-LONGEST_TAG_BYTES);
        if (tag !== '') this.tags.set(tag, (this.tags.get(tag) ?? 0) + 1);
      }
      if (this.options.pauseMs > 0) await delay(this.options.pauseMs);
    }
    this.whole.add(tag);
    this.waiting.get(tag)?.();
    this.waiting.delete(tag);
    return tag;
  }

  private async answer(tag: string, response: ServerResponse): Promise<void> {
    const behaviour = TAG.exec(tag)?.[2] ?? 'answer';
    if (behaviour === 'hang') return;
    if (behaviour === 'events' || behaviour === 'endless') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const events = behaviour === 'endless' ? Number.POSITIVE_INFINITY : this.options.events;
      for (let sent = 0; sent < events; sent += 1) {
        if (response.destroyed) return;
        response.write(event({ type: 'transcript.text.delta', delta: 'word ' }));
        await delay(this.options.gapMs);
      }
      response.end(`${event({ type: 'transcript.text.done', text: TEXT })}data: [DONE]\n\n`);
      return;
    }
    const body = JSON.stringify({ text: behaviour === 'long' ? LONG_TEXT : TEXT });
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
    response.end(body);
  }
}

function event(data: { readonly type: string; readonly delta?: string; readonly text?: string }): string {
  return `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
}
