import type { CacheFacts } from '../../domain/cache-status.js';
import type { Door } from '../../http/door.js';
import { openAiPath } from '../openai-path.js';
import { litellmHeaders } from '../litellm/litellm-headers.js';

/** Bifrost's own headers, of which each is a mark of its clients. */
const MARK = 'x-bf-';

/**
 * Bifrost: its door for clients of LiteLLM, `/litellm/...`, which is also where a LiteLLM proxy behind a path has them; and
 * its `/openai/...`, where one of its headers is on the request. JSON answers have its `extra_fields`.
 */
export const bifrostDoor: Door = {
  name: 'bifrost',

  enter({ path, headers }) {
    const isMarked = Object.keys(headers).some((name) => name.startsWith(MARK));
    const served = openAiPath(path, '/litellm') ?? (isMarked ? openAiPath(path, '/openai') : undefined);
    return served === undefined ? undefined : { path: served };
  },

  headers: litellmHeaders,

  showsExchange: true,

  body: (answer, { request, result, deployment, latencyMs, cache }) => ({
    task: request.task,
    ...(result.language !== undefined && { language: result.language }),
    ...(result.durationSeconds !== undefined && { duration: result.durationSeconds }),
    ...answer,
    extra_fields: {
      request_type: request.task === 'transcribe' ? 'transcription' : 'translation',
      provider: deployment.provider,
      model_requested: request.model,
      model_deployment: deployment.upstreamModel,
      latency: latencyMs,
      chunk_index: 0,
      ...(result.exchange && { raw_request: result.exchange.request, raw_response: result.exchange.response }),
      ...(cache && { cache_debug: cacheDebug(cache) }),
    },
  }),
};

/** Its id is that of the request that was answered first: there it names what can be deleted, and so it does here. */
function cacheDebug({ status, requestId }: CacheFacts) {
  return status === 'hit'
    ? { cache_hit: true, cache_id: requestId, hit_type: 'direct' }
    : { cache_hit: false, cache_id: requestId };
}
