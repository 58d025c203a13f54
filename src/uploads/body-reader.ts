import type { Request } from 'express';
import { ClientGoneError, GatewayError, overloaded } from '../domain/errors.js';
import { GrowingBuffer } from './growing-buffer.js';
import { bodyTooLarge } from './upload-errors.js';
import type { UploadMemory } from './upload-memory.js';

/** A whole body in memory, until it is disposed of; twice is fine. */
export interface ReceivedBody extends Disposable {
  readonly bytes: Buffer;
}

/** Bounds on one body. */
export interface BodyLimits {
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/**
 * Reads a body that nobody has touched, as it comes, into the memory that all uploads share. After an error the rest of it may be
 * unread: answer, and close the connection after that.
 * @throws GatewayError 413 as early as it is known to be too large, 415 for one that is compressed, 503 when there is no room
 * @throws ClientGoneError when the connection ended before the body did
 * @throws the signal's reason
 */
export async function readBody(
  request: Request,
  memory: UploadMemory,
  { maxBytes, signal }: BodyLimits,
): Promise<ReceivedBody> {
  signal.throwIfAborted();
  if (request.destroyed && !request.complete) throw new ClientGoneError();
  const { 'content-length': declared = '0', 'content-encoding': encoding = 'identity' } = request.headers;
  if (Number(declared) > maxBytes) throw bodyTooLarge(maxBytes);
  if (encoding.toLowerCase() !== 'identity') {
    throw new GatewayError({
      status: 415,
      message: 'The body is compressed, which is not understood here: send it plain',
      code: 'unsupported_content_encoding',
    });
  }
  let takenBytes = 0;
  const giveBack = (): void => {
    memory.give(takenBytes);
    takenBytes = 0;
  };
  const buffer = new GrowingBuffer(maxBytes, (more) => {
    if (!memory.take(more))
      throw overloaded('The gateway has no memory left for this request. Please try again later.');
    takenBytes += more;
  });
  try {
    await collect(request, signal, (piece) => {
      if (buffer.bytes.length + piece.length > maxBytes) throw bodyTooLarge(maxBytes);
      buffer.append(piece);
    });
    return { bytes: buffer.bytes, [Symbol.dispose]: giveBack };
  } catch (error) {
    giveBack();
    throw error;
  }
}

/** Stops at the first error without destroying the request, whose answer is still to be sent. */
function collect(request: Request, signal: AbortSignal, take: (piece: Buffer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void): void => {
      request.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose);
      signal.removeEventListener('abort', onAbort);
      request.pause();
      end();
    };
    const onData = (piece: Buffer): void => {
      try {
        take(piece);
      } catch (error) {
        settle(() => reject(error));
      }
    };
    const onEnd = (): void => settle(resolve);
    const onClose = (): void => settle(() => reject(new ClientGoneError()));
    const onAbort = (): void => settle(() => reject(signal.reason));
    request.on('data', onData).once('end', onEnd).once('close', onClose).once('error', onClose);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
