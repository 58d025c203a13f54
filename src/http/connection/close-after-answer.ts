import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NextFunction } from 'express';

/** How much of an unwanted body is still taken in, so that its sender gets to read the answer. */
export interface Lingering {
  readonly maxBytes: number;
  /** Counted from the end of the answer. */
  readonly maxMs: number;
}

const ENOUGH: Lingering = { maxBytes: 64 * 1024 * 1024, maxMs: 2000 };

/**
 * To be called before a request is answered whose body is not read to its end. The answer says `Connection: close`; our
 * side of the connection ends right after it, and what the client is still sending is discarded within bounds before
 * the connection is destroyed. Without that an ordinary client would write into a closed socket, and the reset would
 * overtake the answer (RFC 9112, 9.6).
 */
export function closeAfterAnswer(request: IncomingMessage, response: ServerResponse, lingering = ENOUGH): void {
  const { socket } = request;
  if (request.complete || !hasBody(request) || socket.destroyed) return;
  if (!response.headersSent) response.setHeader('connection', 'close');
  // Node calls this after the last answer of a connection, and would drop the connection at once.
  socket.destroySoon = () => socket.end();
  // Comes before Node's own listener, which would discard a body that nobody reads without telling how much.
  response.prependOnceListener('finish', () => {
    let discardedBytes = 0;
    request.on('data', (chunk: Buffer) => {
      discardedBytes += chunk.length;
      if (discardedBytes > lingering.maxBytes) socket.destroy();
    });
    request.once('end', () => socket.destroy());
    const timer = setTimeout(() => socket.destroy(), lingering.maxMs);
    socket.once('close', () => clearTimeout(timer));
    request.resume();
  });
}

/**
 * Middleware: whatever answers a request whose body is not read to its end, be it an error, a probe or a page, does so by
 * {@link closeAfterAnswer}. A client that never ends its body would keep the connection otherwise.
 */
export function cutUnreadBodies(request: IncomingMessage, response: ServerResponse, next: NextFunction): void {
  const { writeHead } = response;
  response.writeHead = (...head: readonly unknown[]) => {
    closeAfterAnswer(request, response);
    return Reflect.apply(writeHead, response, head);
  };
  next();
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
