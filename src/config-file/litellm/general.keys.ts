import { different, keyTable, supported, vital } from './key-table.js';
import { settingsSchema } from '../../config/settings.schema.js';
import { deploymentRoutingSchema } from '../../domain/routing-settings.js';
import { onOrOff } from '../../domain/setting-values.js';
import { anything, daysOf, names, number, text, urlsByName } from './values.schema.js';

const interval = settingsSchema.in.shape.health_check_interval_seconds.unwrap();

/** `general_settings`. */
export const generalKeys = keyTable('general_settings', {
  master_key: vital(
    supported(
      text,
      'Opens the admin API and, as in LiteLLM, `/v1`. MASTER_KEY wins. Absent: LITELLM_MASTER_KEY, if set.',
      'master_key',
    ),
  ),
  database_url: vital(
    different(
      text,
      "PostgreSQL, with a database of its own: LiteLLM's tables are not read. DATABASE_URL wins. Absent: an embedded one.",
      'database_url',
    ),
  ),
  max_request_size_mb: different(anything, 'Of the audio file, in MiB; a larger one gets a 413.', 'max_file_size_mb'),
  allowed_ips: vital(
    different(
      names,
      'Addresses that may call, CIDR ranges too; others get a 403. Health probes are answered to everybody.',
      'allowed_ips',
    ),
  ),
  global_max_parallel_requests: different(
    number,
    'Requests that each gateway serves at once; one more gets a 503. `limits.concurrent_requests` of the gateway counts over all of them.',
    'max_concurrent_requests',
  ),
  max_parallel_requests: supported(
    number.pipe(deploymentRoutingSchema.shape.max_concurrent_requests.unwrap()),
    'For deployments without a limit of their own; `default_max_parallel_requests` of `router_settings` wins.',
  ),
  background_health_checks: supported(onOrOff, 'Probes every deployment with a second of speech.'),
  health_check_interval: supported(
    interval,
    'Seconds between two rounds of probes, 300 if absent; without `background_health_checks` it says nothing.',
  ),
  maximum_spend_logs_retention_period: different(
    daysOf,
    'How long logs are kept at least, such as `30d`: months of which every day is older are dropped as a whole.',
    'log_retention_days',
  ),
  alerting: different(
    names,
    '`slack` makes an alert for `SLACK_WEBHOOK_URL` in the form that Slack takes; others are made with `/admin/v1/alerts`.',
  ),
  alert_types: different(
    names,
    'What Slack is told of: `budget_alerts`, `cooldown_deployment`, `outage_alerts`, `region_outage_alerts`, `llm_exceptions`, `db_exceptions`, `failed_tracking_spend`; absent, everything.',
  ),
  alert_to_webhook_url: different(
    urlsByName,
    'Other webhooks of Slack for some of the `alert_types`. Without `alert_types`, `SLACK_WEBHOOK_URL` is told of those as well.',
  ),
  oidc_issuers: vital(
    different(
      anything,
      'No key of LiteLLM, which has variables for it: who signs in to the dashboard by OpenID Connect, as in OIDC_ISSUERS, which wins.',
      'oidc_issuers',
    ),
  ),
  store_prompts_in_spend_logs: vital(
    different(anything, 'Whether the ledger keeps transcripts; Auricle keeps them by default.', 'store_transcripts'),
  ),
});
