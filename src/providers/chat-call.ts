import type { Bill } from '../domain/bill.js';
import type { ChatRequest } from '../domain/chat.js';

/** Everything an adapter needs for one attempt at a chat completion. */
export interface ChatCall<Settings = unknown> {
  readonly request: ChatRequest;
  readonly upstreamModel: string;
  /** Without a trailing slash; absent = the provider's own. */
  readonly apiBase?: string;
  readonly apiKey?: string;
  readonly settings: Settings;
  /** Fires when the client has gone or the deadline has passed; every await obeys it. */
  readonly signal: AbortSignal;
}

/** A whole chat completion. */
export interface ChatAnswer extends Bill {
  /** JSON as the provider wrote it. */
  readonly body: Buffer;
  /** What the model has said, written or spoken; absent where it only calls tools. */
  readonly text?: string;
  readonly upstreamRequestId?: string;
}

/**
 * One piece of a streamed chat completion. `data` is the JSON text that goes on the wire, the provider's own; what an event
 * says of the bill replaces what earlier ones said. `done` ends a complete stream: the terminator `[DONE]` is not an event.
 */
export type ChatEvent =
  | ({ readonly type: 'relay'; readonly data: string } & Bill)
  | ({ readonly type: 'done'; readonly text: string } & Bill);
