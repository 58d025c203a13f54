import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ScriptedAnswer } from './simulator-answers.js';
import { parseForm, RecordedRequest } from './simulator-request.js';

/** Of a request that a test repeats: it is answered like any other and not recorded. */
const REPLAY_HEADER = 'x-simulator-replay';

/** What a simulated provider says to a request, and what it finds wrong with it. */
export interface SimulatorBehaviour {
  /** An error answer for a request that the real provider would refuse. */
  refuse(request: RecordedRequest): ScriptedAnswer | undefined;
  answer(request: RecordedRequest): ScriptedAnswer;
}

/**
 * A provider on 127.0.0.1 that records every request, refuses what the real one would refuse, and answers as scripted
 * with `respondWith`, otherwise like the real one.
 */
export class SimulatorServer {
  readonly requests: RecordedRequest[] = [];
  /** How many connections clients have opened so far. */
  connectionsOpened = 0;
  private readonly script: ScriptedAnswer[] = [];
  private hears?: (request: RecordedRequest) => ScriptedAnswer;
  private readonly waiting: ((request: RecordedRequest) => void)[] = [];
  private readonly server: Server;

  constructor(private readonly behaviour: SimulatorBehaviour) {
    this.server = createServer((message, response) => void this.serve(message, response));
    // A connection that is closed for being idle at the moment of its next request would look like a failing provider.
    this.server.keepAliveTimeout = 0;
    this.server.on('connection', () => {
      this.connectionsOpened += 1;
    });
  }

  /** @throws Error when the port is taken */
  async listen(port = 0): Promise<this> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, '127.0.0.1', () => {
        this.server.off('error', reject);
        resolve();
      });
    });
    return this;
  }

  /** Goes on listening on that port instead of a free one. @throws Error when it is taken */
  async moveTo(port: number): Promise<this> {
    await this.close();
    return this.listen(port);
  }

  /** `http://127.0.0.1:<port>` */
  get origin(): string {
    // `address()` is an AddressInfo for every server that listens on a port.
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** Answers the next requests in this order; a request that is refused leaves the script alone. */
  respondWith(...answers: readonly ScriptedAnswer[]): void {
    this.script.push(...answers);
  }

  /** Answers so from now on, where nothing else is scripted: for a recording that a test has words of its own for. */
  hear(answer: (request: RecordedRequest) => ScriptedAnswer): void {
    this.hears = answer;
  }

  /** The next request, as soon as its headers have arrived; ask before it is sent. */
  nextRequest(): Promise<RecordedRequest> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
    });
  }

  /**
   * The request with the upload of that name, however many others came beside it: where a test has several under way,
   * each gives its upload a name of its own. Undefined when there is none.
   */
  requestOf(filename: string): RecordedRequest | undefined {
    return this.requests.find((it) => it.file?.filename === filename);
  }

  /** Sends a request again, past the record and the script, to see the bytes of the answer as they leave the provider. */
  async replay({ method, path, headers, rawBody }: RecordedRequest): Promise<Response> {
    const { 'content-type': type = '', authorization, 'api-key': key } = headers;
    return await fetch(this.origin + path, {
      method,
      headers: {
        [REPLAY_HEADER]: 'true',
        'content-type': type,
        ...(authorization && { authorization }),
        ...(key && { 'api-key': String(key) }),
      },
      body: new Uint8Array(rawBody),
    });
  }

  /** The latest request; only where there is never more than one under way. */
  get lastRequest(): RecordedRequest {
    const last = this.requests.at(-1);
    if (!last) throw new Error('the simulator has received no request');
    return last;
  }

  /** How many connections are open at this moment. */
  openConnections(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
    });
  }

  /** Cuts every connection and stops listening. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private async serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const aborted = new Promise<void>((resolve) => {
      response.on('close', () => {
        if (!response.writableFinished) resolve();
      });
    });
    const request = new RecordedRequest(message, aborted);
    const script = REPLAY_HEADER in message.headers ? [] : this.script;
    if (script === this.script) {
      this.requests.push(request);
      this.waiting.shift()?.(request);
    }
    if (script[0]?.early) {
      await script.shift()?.run(response, request);
      return;
    }
    try {
      request.rawBody = await readAll(message);
      request.parts = await partsOf(request);
    } catch {
      response.destroy();
      return;
    }
    const scripted =
      this.behaviour.refuse(request) ?? script.shift() ?? this.hears?.(request) ?? this.behaviour.answer(request);
    await scripted.run(response, request);
  }
}

async function partsOf({ headers, rawBody }: RecordedRequest): Promise<RecordedRequest['parts']> {
  return headers['content-type']?.startsWith('multipart/form-data') ? parseForm(headers, rawBody) : [];
}

async function readAll(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks);
}
