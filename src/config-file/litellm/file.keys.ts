import { z } from 'zod';
import { different, nested, keyTable, supported } from './key-table.js';
import { modelName, text } from './values.schema.js';

/** The keys of the file itself. */
export const fileKeys = keyTable('The file', {
  model_list: nested('The models and their deployments.'),
  router_settings: nested('How a deployment is chosen, and what happens when it fails.'),
  general_settings: nested('The gateway itself.'),
  litellm_settings: nested(
    'What concerns routing is read as if it were in `router_settings`, which wins where both say something.',
  ),
  environment_variables: nested(
    'Variables for `os.environ/NAME` in this file; they win over those of the environment and are seen nowhere else.',
  ),
  include: different(
    z.unknown(),
    'Relative to the file that includes. As in LiteLLM, lists are joined and any other key is replaced by the included one; that is warned about. A cycle is an error.',
  ),
  credential_list: nested('Named credentials for `litellm_credential_name`.'),
});

/** An element of `model_list`. */
export const modelKeys = keyTable('model_list[]', {
  model_name: supported(modelName, 'The public name. Entries with the same name are deployments of one model.'),
  litellm_params: nested('How the provider is called.'),
  model_info: nested('What is known of the deployment.'),
});

/** An element of `credential_list`. */
export const credentialKeys = keyTable('credential_list[]', {
  credential_name: supported(text, 'The name that `litellm_credential_name` uses.'),
  credential_values: nested('Any `litellm_params`; those of the deployment win.'),
  credential_info: different(z.unknown(), 'A description for people; not used.'),
});
