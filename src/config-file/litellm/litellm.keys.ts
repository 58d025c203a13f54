import { different, keyTable, supported } from './key-table.js';
import { forgiven } from './router.keys.js';
import { onOrOff } from '../../domain/setting-values.js';
import { aliases, anything, fallbacks, names } from './values.schema.js';

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
  turn_off_message_logging: different(onOrOff, '`true` keeps transcripts out of the ledger.'),
});
