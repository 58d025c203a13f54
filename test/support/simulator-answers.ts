import type { ServerResponse } from 'node:http';
import type { RecordedRequest } from './simulator-request.js';

/** How a simulator answers one request. */
export interface ScriptedAnswer {
  /** Answers before the request's body was read. */
  readonly early?: boolean;
  run(response: ServerResponse, request: RecordedRequest): void | Promise<void>;
}

/** A complete answer; an object as body is sent as JSON. */
export function answer(
  status: number,
  body: string | Buffer | object = '',
  headers: Readonly<Record<string, string>> = {},
): ScriptedAnswer {
  const isText = typeof body === 'string' || Buffer.isBuffer(body);
  return {
    run: (response) => {
      response.writeHead(status, { ...(isText ? {} : { 'content-type': 'application/json' }), ...headers });
      response.end(isText ? body : JSON.stringify(body));
    },
  };
}

/** A transcription that begins at once and ends when it is released. */
export function heldAnswer(): { readonly answer: ScriptedAnswer; readonly release: () => void } {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const text = async function* () {
    await released;
    yield '{"text":"late, but complete"}';
  };
  return { answer: pieces(text()), release };
}

/** OpenAI's error envelope. */
export function errorAnswer(
  status: number,
  error: { message: string; type?: string; param?: string | null; code?: string | null },
  headers: Readonly<Record<string, string>> = {},
): ScriptedAnswer {
  return answer(status, { error: { type: 'invalid_request_error', param: null, code: null, ...error } }, headers);
}

/** A web page, as proxies and wrong base URLs give. */
export function htmlPage(status: number): ScriptedAnswer {
  return answer(status, '<!DOCTYPE html><html><body><h1>Nothing to hear here</h1></body></html>', {
    'content-type': 'text/html; charset=utf-8',
  });
}

/** JSON that breaks off, with a correct length. */
export function malformedJson(): ScriptedAnswer {
  return answer(200, '{"text":"The beach wa', { 'content-type': 'application/json' });
}

/** A status and nothing else. */
export function emptyBody(status = 200): ScriptedAnswer {
  return answer(status, '', { 'content-type': 'application/json' });
}

/** The same answer, given without reading the request's body. */
export function early(scripted: ScriptedAnswer): ScriptedAnswer {
  return { early: true, run: (response, request) => scripted.run(response, request) };
}

/** Cuts the connection instead of answering. */
export function resetBeforeHeaders(): ScriptedAnswer {
  return { run: (response) => void response.socket?.resetAndDestroy() };
}

/** Sends the beginning of an answer that promised more, then cuts the connection. */
export function resetInBody(
  beginning: string | Buffer,
  headers: Readonly<Record<string, string>> = { 'content-type': 'application/json' },
): ScriptedAnswer {
  return {
    run: async (response) => {
      response.writeHead(200, headers);
      await write(response, beginning);
      response.socket?.destroy();
    },
  };
}

/** Never answers; the request's `aborted` tells when the client gives up. */
export function hang(): ScriptedAnswer {
  return { run: () => {} };
}

/**
 * Sends pieces as they come and ends with them. A test that yields from an async generator decides by its own promises
 * when each piece is sent.
 */
export function pieces(
  chunks: AsyncIterable<string | Buffer> | Iterable<string | Buffer>,
  headers: Readonly<Record<string, string>> = { 'content-type': 'application/json' },
): ScriptedAnswer {
  return {
    run: async (response) => {
      response.writeHead(200, headers);
      response.flushHeaders();
      for await (const chunk of chunks) {
        if (response.destroyed) return;
        await write(response, chunk);
      }
      response.end();
    },
  };
}

/** An event stream; `data` lines as given, one event each. */
export function eventStream(data: AsyncIterable<string | object> | Iterable<string | object>): ScriptedAnswer {
  return pieces(framed(data), { 'content-type': 'text/event-stream; charset=utf-8' });
}

async function* framed(data: AsyncIterable<string | object> | Iterable<string | object>): AsyncGenerator<string> {
  for await (const it of data) yield `data: ${typeof it === 'string' ? it : JSON.stringify(it)}\n\n`;
}

/** Resolves when the piece has been handed to the operating system, or cannot be any more. */
function write(response: ServerResponse, chunk: string | Buffer): Promise<void> {
  return new Promise((resolve) => response.write(chunk, () => resolve()));
}
