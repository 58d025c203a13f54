import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What a client wrote for its latest request. */
export interface WrittenRequest {
  readonly headers: ReadonlyMap<string, string>;
  /** Names of the form's parts in the order of the wire. */
  readonly partNames: readonly string[];
  /** The Content-Type that the client claims for the file; absent = none. */
  readonly fileType?: string;
}

/** A cable with a meter: passes everything between a client and the gateway on, and keeps what the client writes. */
export class ClientWire {
  private readonly sockets = new Set<Socket>();
  private written: Buffer[] = [];

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {
    server.on('connection', (client) => this.connect(client));
  }

  /** Starts on a free port. */
  static async start(targetUrl: string): Promise<ClientWire> {
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    return new ClientWire(server, new URL(targetUrl));
  }

  /** Origin to give to the client in place of the target's. */
  get url(): string {
    // `address()` is an AddressInfo for every server that listens on a port.
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** What was written since the last call; to be asked after every answer. */
  takeRequest(): WrittenRequest {
    const text = Buffer.concat(this.written).toString('latin1');
    this.written = [];
    const [head = '', ...rest] = text.split('\r\n\r\n');
    const headers = head
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(/: */, 2))
      .map(([name = '', value = '']) => [name.toLowerCase(), value] as const);
    const body = rest.join('\r\n\r\n');
    return {
      headers: new Map(headers),
      partNames: [...body.matchAll(/^content-disposition: form-data; name="([^"]+)"/gim)].map(([, name = '']) => name),
      fileType: /filename="[^"]*"\r\ncontent-type: ([^\r]+)/i.exec(body)?.[1],
    };
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => {
      this.server.close(resolve);
    });
  }

  private connect(client: Socket): void {
    const gateway = connect(Number(this.target.port), this.target.hostname);
    client.on('data', (chunk: Buffer) => this.written.push(chunk));
    for (const [from, to] of [
      [client, gateway],
      [gateway, client],
    ] as const) {
      this.sockets.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
    }
  }
}
