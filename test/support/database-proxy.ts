import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** The message by which the server ends each answer, without the byte that follows. */
const READY_FOR_QUERY = Buffer.from([0x5a, 0, 0, 0, 5]);

/**
 * Stands between a gateway and its database, and can freeze: then nothing passes in either direction, connections stay open,
 * and new ones are accepted and never answered, as by a server that is stopped or behind a broken network. It can be slow, it can
 * cut connections off, and it can say something itself.
 */
export class DatabaseProxy implements AsyncDisposable {
  private readonly sockets = new Set<Socket>();
  private readonly clients = new Set<Socket>();
  /** What is on its slow way. */
  private readonly delayed = new Set<NodeJS.Timeout>();
  private frozen = false;
  private away = false;
  private delayMs = 0;
  private passed = 0;
  /** What is said before the next statement of each client, until it has been. */
  private readonly saying = new Map<Socket, Buffer>();

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

  /** Says a statement to the server on every connection, of which the client learns nothing, as where a pool has lent it to another. */
  say(sql: string): void {
    const text = Buffer.from(`${sql}\0`);
    const head = Buffer.from('Q\0\0\0\0');
    head.writeInt32BE(text.length + 4, 1);
    for (const client of this.clients) this.saying.set(client, Buffer.concat([head, text]));
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
    this.clients.add(client);
    client.once('close', () => this.clients.delete(client));
    /** What has come of an answer that is not the client's; undefined where all is. */
    let ours: Buffer | undefined;
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      this.sockets.add(from);
      from.on('data', (chunk) => {
        const said = this.saying.get(from);
        if (said) {
          this.saying.delete(from);
          ours = Buffer.alloc(0);
          to.write(said);
        }
        if (from === upstream && ours) {
          ours = Buffer.concat([ours, chunk]);
          const end = ours.indexOf(READY_FOR_QUERY);
          if (end === -1) return;
          to.write(ours.subarray(end + READY_FOR_QUERY.length + 1));
          ours = undefined;
        } else if (from === upstream && this.delayMs > 0) this.writeLater(to, chunk);
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
