import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * Gives every connection to the next gateway in turn, and to the one after it where it cannot be made, as a load balancer does. What
 * was sent to a gateway is never sent to another. With one request a connection it is requests that go in turn.
 */
export class RoundRobinFront {
  private readonly sockets = new Set<Socket>();
  private readonly ports = new Map<number, number>();
  /** How many connections each gateway was given. */
  readonly given = new Map<number, number>();
  /** How many times a connection could not be made and the next gateway was tried. */
  triedAtNext = 0;
  /** Whether it answers itself, with a 502, as one does that finds no gateway. */
  isBroken = false;
  private turn = 0;

  private constructor(private readonly server: Server) {
    server.on('connection', (client: Socket) => void this.pass(client));
  }

  static async start(): Promise<RoundRobinFront> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new RoundRobinFront(server);
  }

  get url(): string {
    const address = this.server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  }

  /** Where a gateway is from now on. @param url undefined = nowhere; what is under way goes on */
  point(gateway: number, url: string | undefined): void {
    if (url === undefined) this.ports.delete(gateway);
    else this.ports.set(gateway, Number(new URL(url).port));
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private async pass(client: Socket): Promise<void> {
    this.keep(client);
    if (this.isBroken) {
      // What is still sent is read, so that the answer is not lost with a connection that is reset.
      client.resume().end('HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
      return;
    }
    const gateways = [...this.ports];
    const first = (this.turn += 1);
    for (let tries = 0; tries < gateways.length; tries += 1) {
      const [number = 0, port = 0] = gateways[(first + tries) % gateways.length] ?? [];
      const gateway = await open(port);
      if (!gateway) {
        this.triedAtNext += 1;
        continue;
      }
      this.given.set(number, (this.given.get(number) ?? 0) + 1);
      this.keep(gateway);
      for (const [from, to] of [
        [client, gateway],
        [gateway, client],
      ] as const) {
        from.pipe(to);
        from.once('close', () => to.destroySoon());
        // The client of a gateway that was killed sees that its connection was cut.
        from.once('error', () => to.resetAndDestroy());
      }
      if (client.destroyed) gateway.destroy();
      return;
    }
    client.destroy();
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => this.sockets.delete(socket));
  }
}

/** Undefined where nobody listens. */
async function open(port: number): Promise<Socket | undefined> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return socket;
  } catch {
    return undefined;
  }
}
