import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers one request for a file. */
export type FileAnswer = (response: ServerResponse, request: IncomingMessage) => void;

/** A web server on 127.0.0.1 with the recordings that clients name, which remembers who asked for what. */
export class FileServer {
  readonly paths: string[] = [];
  private readonly files = new Map<string, FileAnswer>();
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      const path = request.url ?? '';
      this.paths.push(path);
      const answer = this.files.get(path);
      if (answer) answer(response, request);
      else response.writeHead(404).end('nothing here');
    });
  }

  static async start(): Promise<FileServer> {
    const files = new FileServer();
    await new Promise<void>((resolve) => files.server.listen(0, '127.0.0.1', resolve));
    return files;
  }

  /** `127.0.0.1:<port>` */
  get host(): string {
    // `address()` is an AddressInfo for every server that listens on a port.
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  url(path: string): string {
    return `http://${this.host}${path}`;
  }

  /** Offers bytes under a path, mislabelled as servers often do, or any other answer. */
  serve(path: string, answer: Buffer | FileAnswer): void {
    this.files.set(
      path,
      Buffer.isBuffer(answer)
        ? (response) => response.writeHead(200, { 'content-type': 'text/html' }).end(answer)
        : answer,
    );
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }
}
