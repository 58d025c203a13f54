import type { CorsOptions, CorsOptionsDelegate } from '@nestjs/common/interfaces/external/cors-options.interface.js';
import type { Request } from 'express';

/**
 * What pages may call: everything that a client token opens, and what else is beside it. Pages of other origins are kept out of
 * the rest, of making tokens, which a page that could would not need, and of saved configs, which the master key opens.
 */
const OPEN_PATHS = /^\/(v1(?!\/(?:client_tokens|configs))|audio|chat|models|openai|litellm)(\/|$)/i;

/** What a page may read of an answer, beside its body. */
const EXPOSED_HEADERS = [
  'x-request-id',
  'retry-after',
  'retry-after-ms',
  'x-should-retry',
  'x-ratelimit-limit-requests',
  'x-ratelimit-remaining-requests',
  'x-ratelimit-reset-requests',
  'x-ratelimit-limit-audio-seconds',
  'x-ratelimit-remaining-audio-seconds',
  'x-ratelimit-reset-audio-seconds',
  'x-auricle-provider',
  'x-auricle-deployment',
  'x-auricle-model',
  'x-auricle-attempts',
  'x-auricle-cache',
  'x-auricle-format',
  'x-auricle-cost-usd',
  'x-auricle-provider-ms',
  'x-auricle-overhead-ms',
  'x-auricle-budget-reset',
  'x-auricle-warning',
  // Those of the doors, which their clients look for.
  'apim-request-id',
  'x-litellm-call-id',
  'x-litellm-model-id',
  'x-litellm-model-group',
  'x-litellm-response-cost',
  'x-litellm-attempted-retries',
  'x-litellm-attempted-fallbacks',
  'x-litellm-response-duration-ms',
  'x-litellm-overhead-duration-ms',
  'x-litellm-key-spend',
  'x-litellm-version',
  'x-portkey-trace-id',
  'x-portkey-provider',
  'x-portkey-retry-attempt-count',
  'x-portkey-last-used-option-index',
  'x-portkey-cache-status',
];

/** The header that the pages of this gateway send with every request. No page of another origin may. */
export const UI_HEADER = 'x-auricle-ui';

/** How long a browser remembers that it may call; Chromium remembers no longer. */
const PREFLIGHT_SECONDS = 7200;

const CLOSED: CorsOptions = { origin: false };

/**
 * Which pages may call which routes from a browser. None is ever allowed to have the browser's cookies sent, so that a page can do no
 * more with a key than whoever has it: what a session's cookie opens is for the pages of this gateway only.
 * @param origins those of the setting `cors_origins`; `*` = all
 */
export function corsOf(origins: readonly string[]): CorsOptionsDelegate<Request> {
  const open: CorsOptions = {
    origin: origins.includes('*') ? '*' : [...origins],
    methods: ['GET', 'POST'],
    exposedHeaders: EXPOSED_HEADERS,
    maxAge: PREFLIGHT_SECONDS,
  };
  const isOff = origins.length === 0;
  return (request, decide) =>
    decide(
      null,
      isOff || !OPEN_PATHS.test(request.path) ? CLOSED : { ...open, allowedHeaders: allowedHeadersOf(request) },
    );
}

/** What a page asks to send, without what is for our own pages: clients have headers of their own, which are not known here. */
function allowedHeadersOf({ headers }: Pick<Request, 'headers'>): string[] {
  const asked = headers['access-control-request-headers'] ?? '';
  return asked.split(',').flatMap((name) => {
    const trimmed = name.trim();
    return trimmed === '' || trimmed.toLowerCase() === UI_HEADER ? [] : [trimmed];
  });
}
