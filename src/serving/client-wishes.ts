import type { CacheWish } from '../domain/cache-wish.js';
import type { RoutingWishes } from '../routing/job.js';
import { capped, checkName, type FormFields, invalid, list, numberIn, parseBoolean, scalar } from './form-values.js';

/** What a client may say about how its request is served, beside what is to be done. */
export interface ClientWishes extends RoutingWishes {
  /** LiteLLM's `timeout`. */
  readonly timeoutMs?: number;
  /** LiteLLM's `mock_testing_fallbacks`. */
  readonly mockFallbacks: boolean;
  /** What it wants of the cache, where its answers can be cached. */
  readonly cache?: CacheWish;
}

/** How often a client may have a deployment asked again. */
const MAX_CLIENT_RETRIES = 10;

/** What a client is told that sends LiteLLM's `cache` where no answers are kept. */
export const CACHE_NOT_APPLIED = 'cache was not applied: these answers are not cached';

/**
 * Reads LiteLLM's fields for that, of a form or as a form would have them.
 * @throws GatewayError 400 that names the field
 */
export function readClientWishes(fields: FormFields['fields']): ClientWishes {
  const fallbacks = capped(
    'fallbacks',
    list(fields, 'fallbacks').flatMap((value) => value.split(',').map((name) => name.trim())),
  );
  const timeout = scalar(fields, 'timeout');
  const drop_params = scalar(fields, 'drop_params');
  const retries = scalar(fields, 'num_retries');
  if (timeout !== undefined && !(numberIn(timeout) > 0)) {
    throw invalid('timeout', 'must be a positive number of seconds');
  }
  if (retries !== undefined && !(/^\d{1,3}$/.test(retries) && Number(retries) <= MAX_CLIENT_RETRIES)) {
    throw invalid('num_retries', `must be a whole number from 0 to ${MAX_CLIENT_RETRIES}`);
  }
  return {
    fallbacks: fallbacks.length > 0 ? fallbacks.filter(Boolean).map((name) => checkName('fallbacks', name)) : undefined,
    timeoutMs: timeout === undefined ? undefined : Math.ceil(numberIn(timeout) * 1000),
    max_retries: retries === undefined ? undefined : Number(retries),
    mockFallbacks: parseBoolean('mock_testing_fallbacks', scalar(fields, 'mock_testing_fallbacks')),
    drop_params: drop_params === undefined ? undefined : parseBoolean('drop_params', drop_params),
  };
}
