import { Readable } from 'node:stream';
import type { ChatRequest } from '../../domain/chat.js';
import { valueAt } from '../../domain/json/json-outline.js';
import { type JsonSplice, spliced, spliceMembers } from '../../domain/json/json-splice.js';
import type { RequestBody } from '../request-body.js';

/** What a provider gets otherwise than the client has sent it. */
export interface ChatBodyChanges {
  readonly upstreamModel: string;
  /** Whether the usage is to be told at the end of a stream: `stream_options.include_usage`. */
  readonly asksForUsage: boolean;
  /** Further members that the provider does not take. */
  readonly without?: readonly string[];
  /** Further changes of what is in the messages. */
  readonly splices?: readonly JsonSplice[];
}

/** A client that does not read ahead sends so much at once. */
const PIECE_BYTES = 64 * 1024;

/** The client's body with the upstream model's name, and without what is the gateway's own; all else as it was written. */
export function chatBody({ body }: ChatRequest, changes: ChatBodyChanges): RequestBody {
  const { upstreamModel, asksForUsage, without = [], splices = [] } = changes;
  const set = new Map([...body.set, ['model', JSON.stringify(upstreamModel)] as const]);
  if (asksForUsage) set.set('stream_options', JSON.stringify({ ...streamOptions(body), include_usage: true }));
  const members = spliceMembers(body.root, { without: new Set([...body.ours, ...without]), set });
  const pieces = spliced(body.bytes, [...members, ...body.splices, ...splices]);
  return {
    contentType: 'application/json',
    sizeBytes: pieces.reduce((sum, { length }) => sum + length, 0),
    open: () => Readable.from(slices(pieces), { objectMode: false }),
  };
}

function streamOptions({ bytes, root }: ChatRequest['body']): object {
  const written = root.members?.find(({ name }) => name === 'stream_options')?.value;
  return written?.kind === 'object' ? Object(valueAt(bytes, written)) : {};
}

function* slices(pieces: readonly Buffer[]): Generator<Buffer> {
  for (const piece of pieces) {
    for (let start = 0; start < piece.length; start += PIECE_BYTES) yield piece.subarray(start, start + PIECE_BYTES);
  }
}
