/** The longest that an answer may be kept, in seconds: 90 days, as at Portkey. */
export const MAX_CACHE_SECONDS = 7_776_000;

/** What a client wants of the cache; what is absent is as the model and the gateway have it. */
export interface CacheWish {
  /** `false`: no kept answer is given, a provider is asked. */
  readonly read?: boolean;
  /** `false`: the answer is not kept. */
  readonly store?: boolean;
  /** Whether the answer is to be cached also where the model's answers are not, if it may be. */
  readonly use?: boolean;
  /** How long the answer is kept, in seconds, 1 to {@link MAX_CACHE_SECONDS}; as `use`, too. */
  readonly ttlSeconds?: number;
  /** No kept answer is given that is older, in seconds. */
  readonly maxAgeSeconds?: number;
  /** Answers of other namespaces are not given. */
  readonly namespace?: string;
}

/** Both wishes: the first one's where they differ, but what either of them does not want is not done. */
export function joinCacheWishes(first: CacheWish, second: CacheWish): CacheWish {
  return {
    ...second,
    ...first,
    ...((first.read === false || second.read === false) && { read: false }),
    ...((first.store === false || second.store === false) && { store: false }),
  };
}
