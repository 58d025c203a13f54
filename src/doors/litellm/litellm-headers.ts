import { VERSION } from '../../config/version.js';
import type { AnswerFacts } from '../../http/door.js';

/** The headers of LiteLLM's proxy that its clients and dashboards read, as far as we have what they tell. */
export function litellmHeaders(facts: AnswerFacts): Readonly<Record<string, string>> {
  const { deployment, costUsd, cache } = facts;
  const cacheKey = cache?.status === 'hit' ? cache.key : undefined;
  return {
    'x-litellm-call-id': facts.requestId,
    'x-litellm-model-id': deployment.id,
    'x-litellm-model-group': deployment.model,
    ...(costUsd !== undefined && { 'x-litellm-response-cost': costUsd }),
    // As there, of a hit only.
    ...(cacheKey !== undefined && { 'x-litellm-cache-key': cacheKey }),
    'x-litellm-attempted-retries': String(facts.retries),
    'x-litellm-attempted-fallbacks': String(facts.fallbacks),
    'x-litellm-response-duration-ms': String(facts.latencyMs),
    ...(facts.keySpendUsd !== undefined && { 'x-litellm-key-spend': facts.keySpendUsd }),
    'x-litellm-version': VERSION,
    'x-litellm-overhead-duration-ms': String(Math.max(facts.latencyMs - facts.providerMs, 0)),
  };
}
