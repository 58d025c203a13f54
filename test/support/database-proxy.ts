import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * Stands between a gateway and its database, and can freeze: then nothing passes in either direction, connections stay open,
 * and new ones are accepted and never answered, as by a server that is stopped or behind a broken network. It can be slow,
 * and it can cut connections off.
 */
export class DatabaseProxy implements AsyncDisposable {
  private readonly sockets = new Set<Socket>();
  /** What is on its slow way. */
  private readonly delayed = new Set<NodeJS.Timeout>();
  private frozen = false;
  private away = false;
  private delayMs = 0;
  private passed = 0;

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {
    server.on('connection', (client: Socket) => this.pass(client));
  }

  /** @param port absent = a free one */
  static async start(databaseUrl: string, port = 0): Promise<DatabaseProxy> {
    const server = createServer();
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return new DatabaseProxy(server, new URL(databaseUrl));
  }

  /** The database's connection string, by way of here. */
  get url(): string {
    const address = this.server.address();
    const through = new URL(this.target);
    through.port = String(typeof address === 'object' && address ? address.port : 0);
    return through.href;
  }

  /** How many connections have been opened. */
  get connections(): number {
    return this.passed;
  }

  /** Resolves when the next connection has been opened. */
  get opened(): Promise<unknown> {
    return once(this.server, 'connection');
  }

  /** What the database sends from now on comes so much later. */
  slowDown(delayMs: number): void {
    this.delayMs = delayMs;
  }

  /** Ends every connection, as by a server that dies. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  /** Ends every connection and every new one, as where no server is. */
  goAway(): void {
    this.away = true;
    this.cut();
  }

  comeBack(): void {
    this.away = false;
  }

  freeze(): void {
    this.frozen = true;
    for (const socket of this.sockets) socket.pause();
  }

  /** Lets everything pass again; what came meanwhile first. */
  thaw(): void {
    this.frozen = false;
    for (const socket of this.sockets) socket.resume();
  }

  async close(): Promise<void> {
    for (const timer of this.delayed) clearTimeout(timer);
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private pass(client: Socket): void {
    this.passed += 1;
    if (this.away) {
      client.on('error', () => undefined).destroy();
      return;
    }
    const upstream = connect(Number(this.target.port), this.target.hostname);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      this.sockets.add(from);
      from.on('data', (chunk) => {
        if (from === upstream && this.delayMs > 0) this.writeLater(to, chunk);
        else to.write(chunk);
      });
      from.on('error', () => undefined);
      from.on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
      if (this.frozen) from.pause();
    }
  }
  private writeLater(to: Socket, chunk: Buffer): void {
    const timer = setTimeout(() => {
      this.delayed.delete(timer);
      to.write(chunk);
    }, this.delayMs);
    this.delayed.add(timer);
  }
}
