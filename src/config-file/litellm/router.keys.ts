import { z } from 'zod';
import {
  deploymentRoutingSchema,
  gatewayRoutingSchema,
  type RoutingStrategyName,
} from '../../domain/routing-settings.js';
import { onOrOff } from '../../domain/setting-values.js';
import { didYouMean } from './closest-name.js';
import { different, keyTable, nested, supported } from './key-table.js';
import { aliases, anything, fallbacks, identifier, names, number, numberTimes, text } from './values.schema.js';

/** LiteLLM's strategies by Auricle's names. */
export const strategies = {
  'simple-shuffle': 'weighted',
  'least-busy': 'least-busy',
  'latency-based-routing': 'lowest-latency',
  'cost-based-routing': 'lowest-cost',
  'usage-based-routing': 'usage-based',
  'usage-based-routing-v2': 'usage-based',
} as const satisfies Record<string, RoutingStrategyName>;

const strategy = z
  .custom<keyof typeof strategies>((value) => typeof value === 'string' && Object.hasOwn(strategies, value), {
    error: ({ input }) =>
      `must be one of ${Object.keys(strategies).join(', ')}${typeof input === 'string' ? didYouMean(input, Object.keys(strategies)) : ''}`,
  })
  .transform((name) => strategies[name]);

/** Seconds in the file, milliseconds in our setting. */
const pause = numberTimes(1000);

const retries = gatewayRoutingSchema.shape.max_retries.unwrap();

/** LiteLLM counts the failures that are forgiven, Auricle the one that is not. */
export const forgiven = number.transform((value) => (typeof value === 'number' ? value + 1 : value));

/** `router_settings`. */
export const routerKeys = keyTable('router_settings', {
  routing_strategy: different(
    strategy,
    "`simple-shuffle` weighs by `weight` only, not by `rpm` or `tpm`; `latency-based-routing` compares the time per second of audio; `usage-based-routing` goes by the headroom under a deployment's own limits.",
    'routing_strategy',
  ),
  fallbacks: supported(fallbacks, 'Models to try after a model, in order; `"*"` counts as `default_fallbacks`.'),
  default_fallbacks: different(
    names,
    "Tried after a model's own fallbacks, and for models without their own.",
    'default_fallbacks',
  ),
  max_fallbacks: supported(anything, 'How many fallback models one request may try; 5 if absent.', 'max_fallbacks'),
  num_retries: different(
    anything,
    'Further attempts on each deployment, not on all of them together. What the caller caused is never retried, nor an answer of which a byte has gone out.',
    'max_retries',
  ),
  retry_after: supported(pause, 'Shortest wait before a retry, in seconds.', 'backoff_min_ms'),
  retry_policy: nested('Further attempts by kind of failure; see below.'),
  allowed_fails: different(
    forgiven,
    'Failures in a row, not in a minute, that are forgiven before a deployment cools down. A rate limit, a rejected key and an unknown model are not forgiven, nor failures of more than half of the last minute.',
    'allowed_failures',
  ),
  cooldown_time: different(
    anything,
    'How long a deployment cools down the first time, in seconds; doubled each time that it fails again, up to five minutes or to this if it is longer.',
    'cooldown_seconds',
  ),
  disable_cooldowns: supported(onOrOff, 'No deployment of the file cools down.'),
  timeout: supported(
    anything,
    'For a whole request, in seconds: retries and fallbacks included.',
    'request_timeout_seconds',
  ),
  stream_timeout: supported(
    anything,
    'For a whole request that streams, in seconds.',
    'stream_request_timeout_seconds',
  ),
  model_group_alias: supported(aliases, 'Other names of models; `{ model, hidden: true }` keeps one off the list.'),
  enable_pre_call_checks: different(
    onOrOff,
    'Auricle always checks before a call that a deployment can serve the request; `false` does not switch it off.',
  ),
  redis_url: different(
    text,
    'Where gateways count limits together; it becomes `REDIS_URL`, which wins. Routing is not shared.',
  ),
  redis_host: different(text, 'With the other `redis_` keys, as `redis_url`.'),
  redis_port: different(identifier, 'Of `redis_host`; 6379 if absent.'),
  redis_password: different(text, 'Of `redis_host`.'),
  redis_db: different(identifier, 'Of `redis_host`; 0 if absent.'),
  default_max_parallel_requests: supported(
    number.pipe(deploymentRoutingSchema.shape.max_concurrent_requests.unwrap()),
    'For deployments without `max_parallel_requests`.',
  ),
});

const UNLESS_COOLING = 'It cools down at once, so that it is asked again only where no other deployment is left.';

/** `router_settings.retry_policy`: further attempts on the same deployment by kind of failure. */
export const retryPolicyKeys = keyTable('router_settings.retry_policy', {
  AuthenticationErrorRetries: different(retries, `The provider rejected the key. ${UNLESS_COOLING}`),
  TimeoutErrorRetries: supported(retries, 'The provider did not answer in time.'),
  RateLimitErrorRetries: different(
    retries,
    `The provider answered 429; its \`Retry-After\` is honoured. ${UNLESS_COOLING}`,
  ),
  InternalServerErrorRetries: different(
    retries,
    'The provider answered 5xx or something unreadable, or could not be reached; where `ServiceUnavailableErrorRetries` is set too, the larger counts.',
  ),
  ServiceUnavailableErrorRetries: different(retries, 'The same failures as `InternalServerErrorRetries`.'),
  NotFoundErrorRetries: different(retries, `The provider does not know the model. ${UNLESS_COOLING}`),
  DefaultRetries: supported(retries, 'For the failures without an entry.'),
});
