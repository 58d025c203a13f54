import type OpenAI from 'openai';
import type { toFile } from 'openai';

/** One generation of the official OpenAI client for Node, and in what it differs from the others. */
export interface OpenAiSdk {
  readonly major: 4 | 6 | 7;
  /** Typed by v6: v4 knows fewer fields but sends what it is given, v7 has the same API. */
  readonly OpenAI: typeof OpenAI;
  readonly toFile: typeof toFile;
  /** Whether the parts of a form come in the order of the caller's object; v4 always sends files last. */
  readonly keepsKeyOrder: boolean;
  /** Whether an `fs.ReadStream` is sent as it is read, without a Content-Length; v4 looks up the file's size. */
  readonly streamsUploads: boolean;
  /** The request id of an error: `request_id` in v4, `requestID` since. */
  requestIdOf(error: Error): unknown;
}
