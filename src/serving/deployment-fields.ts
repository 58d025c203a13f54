import { badRequest } from '../domain/errors.js';

/** Parameters of LiteLLM's and of OpenAI's clients that say who is called, as whom, and what is sent along. */
const NAMES: ReadonlySet<string> = new Set(
  `api_base api_key api_token api_type api_version authorization azure_ad_token azure_deployment azure_endpoint base_url
  custom_llm_provider default_headers default_query deployment_id extra_body extra_headers extra_query headers
  litellm_credential_name litellm_params model_info model_list organization project proxies proxy_server_request
  region_name secret_fields ssl_verify`.split(/\s+/),
);
const PREFIX = /^(?:aws|azure|vertex)_/;

/**
 * Refuses fields that belong to the deployment. Passed over, they would let the client believe that its audio goes where it
 * does not go; sent on, they would reach servers that obey them.
 * @throws GatewayError 400 naming the field
 */
export function refuseDeploymentFields(names: Iterable<string>): void {
  for (const name of names) {
    const base = name.replace(/\[.*$/s, '').toLowerCase().replaceAll('-', '_');
    if (!NAMES.has(base) && !PREFIX.test(base)) continue;
    const message = `'${name}' cannot be sent with a request: who is called, and with which key, is decided by the deployment`;
    throw badRequest(message, name, 'unknown_parameter');
  }
}
