import type { CacheFacts } from '../../domain/cache-status.js';
import type { TranscriptionResult } from '../../domain/transcription.js';
import type { TranscriptionCandidate } from '../candidates/transcription-candidate.js';
import type { CacheHit } from './cached-answer.js';

/** A whole answer that a provider has given. */
export interface GivenAnswer {
  readonly candidate: TranscriptionCandidate;
  readonly result: TranscriptionResult;
  /** What the client is told of it. */
  readonly warnings: readonly string[];
  /** What is missing in it, if anything. */
  readonly flaw?: string;
}

/**
 * What the cache does for one request: gives an answer, or takes the one that a provider gives. To be disposed when the
 * request has ended, so that who waits for an answer that never came asks for itself.
 */
export interface CacheTurn extends Disposable {
  /** Absent where the cache is off for the request. */
  readonly facts?: CacheFacts;
  /** The answer, where there is one; then no provider is asked. */
  readonly hit?: CacheHit;
  /** Told of a whole answer; absent where nobody wants to know. Returns at once: it is kept in the background. */
  readonly keep?: (given: GivenAnswer) => void;
}

/** The turn of a request with which the cache has nothing to do. */
export const offTurn: CacheTurn = { [Symbol.dispose]: () => undefined };
