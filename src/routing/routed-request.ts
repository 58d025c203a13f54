import type { Caller } from '../domain/caller.js';
import type { TranscriptionRequest } from '../domain/transcription.js';

/** What a client may say about routing. */
export interface RoutingWishes {
  /** Replaces the model's own fallbacks. */
  readonly fallbacks?: readonly string[];
  /** Whether fields that a deployment does not know are left out; replaces the model's own choice. */
  readonly drop_params?: boolean;
}

/** A request with all that routing may go by. */
export interface RoutedRequest {
  readonly caller: Caller;
  readonly request: TranscriptionRequest;
  /** Measured; absent where the file does not tell, or nobody has fetched it. */
  readonly durationSeconds: number | undefined;
  readonly wishes: RoutingWishes;
}
