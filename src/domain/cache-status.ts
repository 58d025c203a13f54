/**
 * What the cache had to do with an answer: given from it (`hit`); asked of a provider because there was none (`miss`), or
 * because the client wanted a new one (`refresh`); or kept out of it (`bypass`).
 */
export const cacheStatuses = ['hit', 'miss', 'refresh', 'bypass'] as const;
export type CacheStatus = (typeof cacheStatuses)[number];

/** What is told of the cache where it is on for a request. */
export interface CacheFacts {
  readonly status: CacheStatus;
  /** SHA-256 of the question and of who asks it, hex; absent where none is made. */
  readonly key?: string;
  /** The request that was answered first with this answer: on a miss the request itself. */
  readonly requestId: string;
}
