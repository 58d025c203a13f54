import type { CacheStatus } from '../../domain/cache-status.js';
import type { Door } from '../../http/door.js';
import { openAiPath } from '../openai-path.js';
import { headerText, isPortkeys } from './portkey-headers.js';
import { ownerInHeaders, planOf, type PortkeyParts } from './portkey-plan.js';

const CACHE_STATUS = {
  hit: 'HIT',
  miss: 'MISS',
  refresh: 'REFRESH',
  bypass: 'DISABLED',
} satisfies Record<CacheStatus, string>;

/**
 * Portkey. Its paths are OpenAI's, so its clients come by our own. A virtual key is a stored credential's name, and a
 * provider a provider's name or `@` and a credential's: they choose among the deployments that the caller's key may use
 * anyway. A config lays out several of them. Its timeout, trace and metadata are form fields of ours.
 */
export function portkeyDoor(parts: PortkeyParts): Door {
  return {
    name: 'portkey',

    enter({ path, headers }) {
      const served = openAiPath(path, '');
      return served !== undefined && isPortkeys(headers) ? { path: served } : undefined;
    },

    fields(headers) {
      const milliseconds = headerText(headers, 'x-portkey-request-timeout');
      const traceId = headerText(headers, 'x-portkey-trace-id');
      const metadata = headerText(headers, 'x-portkey-metadata');
      return [
        ...(milliseconds === undefined ? [] : [['timeout', secondsOf(milliseconds)] as const]),
        ...(metadata === undefined ? [] : [['metadata', metadata] as const]),
        ...(traceId === undefined ? [] : [['metadata[trace_id]', traceId] as const]),
      ];
    },

    model(name, headers) {
      const owner = ownerInHeaders(headers);
      return owner === undefined || name.startsWith('@') ? name : `${owner}/${name}`;
    },

    plan: (request) => planOf(request, parts),

    headers: ({ deployment, retries, requestId, requestHeaders, target, cache }) => ({
      'x-portkey-trace-id': headerText(requestHeaders, 'x-portkey-trace-id') ?? requestId,
      'x-portkey-provider': deployment.provider,
      'x-portkey-last-used-option-index': target ?? 'config',
      'x-portkey-retry-attempt-count': String(retries),
      'x-portkey-cache-status': cache ? CACHE_STATUS[cache.status] : 'DISABLED',
    }),
  };
}

/** What is no number is told as it was sent, and refused as a timeout. */
function secondsOf(milliseconds: string): string {
  return /^\d{1,9}$/.test(milliseconds) ? String(Number(milliseconds) / 1000) : milliseconds;
}
