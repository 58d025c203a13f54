import { different, keyTable, nested, supported, vital } from './key-table.js';
import { forgiven } from './router.keys.js';
import { liteLlmDurationSchema } from '../../budgets/litellm-durations.js';
import { onOrOff } from '../../domain/setting-values.js';
import { isTimeZone } from '../../domain/time-zone.js';
import { aliases, anything, dollars, fallbacks, names, text } from './values.schema.js';

const ROUTER = 'As in `router_settings`, which wins.';

/** `litellm_settings`: in LiteLLM any attribute of its Python module, which is why there are so many. */
export const litellmKeys = keyTable('litellm_settings', {
  num_retries: supported(anything, ROUTER, 'max_retries'),
  request_timeout: different(
    anything,
    'For a whole request, in seconds; `timeout` of `router_settings` wins. The default is 600, not 6000.',
    'request_timeout_seconds',
  ),
  drop_params: different(
    anything,
    'Off, as in LiteLLM: a field that no deployment can honour is a 400. On, it is left out and the answer says so.',
    'drop_params',
  ),
  fallbacks: supported(fallbacks, ROUTER),
  default_fallbacks: supported(names, ROUTER, 'default_fallbacks'),
  max_fallbacks: supported(anything, ROUTER, 'max_fallbacks'),
  allowed_fails: supported(forgiven, ROUTER, 'allowed_failures'),
  model_group_alias: supported(aliases, ROUTER),
  cache: different(
    onOrOff,
    'Answers are cached for the same key, the same recording and the same question only; see `cache_params` below.',
  ),
  cache_params: nested('How long answers are cached, and which; see below.'),
  max_budget: vital(
    supported(
      dollars,
      'US dollars that all requests together may cost: a budget of the gateway, beside those of the admin API. 0 is none.',
    ),
  ),
  budget_duration: vital(
    different(
      liteLlmDurationSchema,
      'When it begins anew: `24h` or `1d` at midnight, `7d` on Monday, `30d` or `1mo` on the first; absent, never.',
    ),
  ),
  timezone: vital(
    different(
      text.refine(isTimeZone, 'must be a time zone of the IANA database such as Europe/Berlin'),
      'Where the days of these budgets begin: of `max_budget` above, and of keys and teams as the file or `/key/*` and `/team/*` make them. Absent: UTC.',
    ),
  ),
  default_key_generate_params: vital(
    nested(
      'What a new key has where nothing else is said of it, by `/key/generate` and `/admin/v1/keys` alike; see below.',
    ),
  ),
  upperbound_key_generate_params: vital(
    nested(
      'What no key comes to have more of, however it is made or changed; what a new key leaves open becomes the bound. See below.',
    ),
  ),
  default_team_params: vital(
    nested(
      'What a new team has where nothing else is said of it, by `/team/new` and `/admin/v1/teams` alike; see below.',
    ),
  ),
  default_team_settings: vital(nested('The `max_budget` of its first element, for new teams; see below.')),
  key_generation_settings: vital(nested('What must be said of a new key; see below.')),
  turn_off_message_logging: vital(
    different(
      onOrOff,
      '`true` keeps transcripts out of the ledger, and answers out of the cache, unless CACHE_TRANSCRIPTS=true.',
    ),
  ),
});
