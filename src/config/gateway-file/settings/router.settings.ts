import { z } from 'zod';
import type { GatewayFileStrategy } from '../../../domain/gateway-file.js';
import { didYouMean } from '../closest-name.js';
import { different, nested, settingTable, supported, unsupported } from './setting.js';
import { aliases, count, fallbacks, flag, names, positiveCount, timeoutMs, waitMs } from './values.schema.js';

/** LiteLLM's strategies by Auricle's names. */
export const strategies = {
  'simple-shuffle': 'weighted',
  'least-busy': 'least-busy',
  'latency-based-routing': 'lowest-latency',
  'cost-based-routing': 'lowest-cost',
  'usage-based-routing': 'usage-based',
  'usage-based-routing-v2': 'usage-based',
} as const satisfies Record<string, GatewayFileStrategy>;

const strategy = z
  .enum(
    [
      'simple-shuffle',
      'least-busy',
      'latency-based-routing',
      'cost-based-routing',
      'usage-based-routing',
      'usage-based-routing-v2',
    ],
    {
      error: ({ input }) =>
        `must be one of ${Object.keys(strategies).join(', ')}${typeof input === 'string' ? didYouMean(input, Object.keys(strategies)) : ''}`,
    },
  )
  .transform((name) => strategies[name]);

/** `router_settings`. */
export const routerSettings = settingTable(
  'router_settings',
  {
    routing_strategy: different(
      strategy,
      "`simple-shuffle` weighs by `weight` only, not by `rpm` or `tpm`; `latency-based-routing` compares the time per second of audio; `usage-based-routing` goes by the headroom under a deployment's own limits.",
    ),
    fallbacks: supported(fallbacks, 'Models to try after a model, in order; `"*"` counts as `default_fallbacks`.'),
    default_fallbacks: different(names, "Tried after a model's own fallbacks, and for models without their own."),
    max_fallbacks: supported(count, 'How many fallback models one request may try; 5 if absent.'),
    num_retries: different(
      count,
      'Further attempts on each deployment, not on all of them together. What the caller caused is never retried, nor an answer of which a byte has gone out.',
    ),
    retry_after: supported(waitMs, 'Shortest wait before a retry, in seconds.'),
    retry_policy: nested('Further attempts by kind of failure; see below.'),
    allowed_fails: different(
      count,
      'Failures in a row, not in a minute, that are forgiven before a deployment cools down. A rate limit, a rejected key and an unknown model are not forgiven, nor failures of more than half of the last minute.',
    ),
    cooldown_time: different(
      waitMs,
      'How long a deployment cools down the first time, in seconds; doubled each time that it fails again, up to five minutes or to this if it is longer.',
    ),
    disable_cooldowns: supported(flag, 'No deployment of the file cools down.'),
    timeout: supported(timeoutMs, 'For a whole request, in seconds: retries and fallbacks included.'),
    stream_timeout: supported(timeoutMs, 'For a whole request that streams, in seconds.'),
    model_group_alias: supported(aliases, 'Other names of models; `{ model, hidden: true }` keeps one off the list.'),
    enable_pre_call_checks: different(
      flag,
      'Auricle always checks before a call that a deployment can serve the request; `false` does not switch it off.',
    ),
    default_max_parallel_requests: supported(positiveCount, 'For deployments without `max_parallel_requests`.'),
  },
  unsupported('One threshold (`allowed_fails`) counts for every kind of failure.', 'allowed_fails_policy'),
  unsupported('One `retry_policy` for all models; a deployment has its own `max_retries`.', 'model_group_retry_policy'),
  unsupported(
    'One strategy for all models of a file; the admin API sets one per model.',
    'routing_groups',
    'routing_strategy_args',
  ),
  unsupported(
    'Speech has no context window and no content policy; `fallbacks` covers every failure.',
    'content_policy_fallbacks',
    'context_window_fallbacks',
  ),
  unsupported(
    'State is kept in the process: no Redis is used.',
    'cache_kwargs',
    'redis_db',
    'redis_host',
    'redis_password',
    'redis_port',
    'redis_url',
  ),
  unsupported('Answers are not cached.', 'cache_responses', 'caching_groups'),
  unsupported(
    'Requests are not routed by tags.',
    'enable_tag_filtering',
    'tag_filtering_match_any',
    'tag_routing_prefix',
  ),
  unsupported(
    'Requests do not stick to a deployment.',
    'deployment_affinity_ttl_seconds',
    'model_group_affinity_config',
    'optional_pre_call_checks',
  ),
  unsupported(
    'After a failure that another deployment may not have, the others of the model are always tried.',
    'enable_weighted_failover',
  ),
  unsupported('A file with an invalid deployment is refused as a whole.', 'ignore_invalid_deployments'),
  unsupported('Set it in the `litellm_params` of each deployment.', 'default_litellm_params', 'max_retries', 'weights'),
  unsupported('There is no queue with priorities.', 'default_priority', 'polling_interval'),
  unsupported('There are no budgets.', 'provider_budget_config'),
  unsupported(
    'Health comes from real traffic; see `background_health_checks` for probes.',
    'background_health_check_model_groups',
    'enable_health_check_routing',
    'health_check_ignore_transient_errors',
    'health_check_staleness_threshold',
  ),
  unsupported(
    'A silent stream ends with `stream_timeout` of its deployment.',
    'allow_client_keepalive_override',
    'keepalive_seconds',
    'stream_idle_timeout',
    'ttft_timeout',
  ),
  unsupported('Set `LOG_LEVEL`.', 'debug_level', 'set_verbose'),
  unsupported('The gateway sends no alerts.', 'alerting_config'),
  unsupported('Connections are pooled by the gateway.', 'client_ttl'),
  unsupported(
    "Only in LiteLLM's Python package, or for language models.",
    'assistants_config',
    'auto_router_capability_limit',
    'fallback_access_check',
    'fallback_budget_check',
    'guardrail_list',
    'heuristic_v2_router_limit',
    'plugins',
    'router_general_settings',
    'search_tools',
  ),
  unsupported("A misspelling in LiteLLM's documentation; it is `enable_pre_call_checks`.", 'enable_pre_call_check'),
);

const UNLESS_COOLING = 'It cools down at once, so that it is asked again only where no other deployment is left.';

/** `router_settings.retry_policy`: further attempts on the same deployment by kind of failure. */
export const retryPolicySettings = settingTable(
  'router_settings.retry_policy',
  {
    AuthenticationErrorRetries: different(count, `The provider rejected the key. ${UNLESS_COOLING}`),
    TimeoutErrorRetries: supported(count, 'The provider did not answer in time.'),
    RateLimitErrorRetries: different(
      count,
      `The provider answered 429; its \`Retry-After\` is honoured. ${UNLESS_COOLING}`,
    ),
    InternalServerErrorRetries: different(
      count,
      'The provider answered 5xx or something unreadable, or could not be reached; where `ServiceUnavailableErrorRetries` is set too, the larger counts.',
    ),
    ServiceUnavailableErrorRetries: different(count, 'The same failures as `InternalServerErrorRetries`.'),
    NotFoundErrorRetries: different(count, `The provider does not know the model. ${UNLESS_COOLING}`),
    DefaultRetries: supported(count, 'For the failures without an entry.'),
  },
  unsupported(
    'What the caller caused is never retried: the answer would be the same.',
    'BadRequestErrorRetries',
    'ContentPolicyViolationErrorRetries',
  ),
);
