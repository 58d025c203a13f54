import { STATUS_CODES, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { v7 as uuidv7 } from 'uuid';
import { badRequest, GatewayError } from '../../domain/errors.js';

/**
 * Answers what is no HTTP with OpenAI's envelope and an `x-request-id` of its own; Node would send a bare status line.
 * Such a request never becomes one for the rest of the gateway. Where the framing of a body breaks in its middle, the
 * answer carries the id of the request that it ends.
 */
export function answerMalformedRequests(server: Server): void {
  const responses = new WeakMap<Duplex, ServerResponse>();
  server.on('request', (request, response) => responses.set(request.socket, response));
  // An expectation that we do not know may be ignored (RFC 9110, 10.1.1); Node would answer 417 without a body.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  server.on('clientError', (error, socket) => {
    const response = responses.get(socket);
    const pending = response && !response.writableFinished ? response : undefined;
    // Nobody is there to read it, or it would stand in the middle of another answer.
    if (!socket.writable || pending?.headersSent) {
      socket.destroy();
      return;
    }
    const requestId = String(pending?.getHeader('x-request-id') ?? uuidv7());
    socket.end(encode(errorFor('code' in error ? String(error.code) : ''), requestId), () => socket.destroy());
  });
}

function errorFor(code: string): GatewayError {
  return refusals[code]?.() ?? badRequest('The request is not valid HTTP', null, 'invalid_http');
}

/** By the codes of Node's HTTP parser. */
const refusals: Readonly<Record<string, () => GatewayError>> = {
  HPE_HEADER_OVERFLOW: () =>
    new GatewayError({ status: 431, message: 'The request headers are too large', code: 'headers_too_large' }),
  ERR_HTTP_REQUEST_TIMEOUT: () =>
    new GatewayError({ status: 408, message: 'The request was not received in time', code: 'request_timeout' }),
};

function encode(error: GatewayError, requestId: string): string {
  const body = JSON.stringify(error.toEnvelope());
  return [
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}`,
    'connection: close',
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${requestId}`,
    '',
    body,
  ].join('\r\n');
}
