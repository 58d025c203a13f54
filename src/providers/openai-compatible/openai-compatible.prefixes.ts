import type { ProviderPrefix } from '../provider-adapter.js';
import { chatServicePrefixes } from './chat-services.js';
import type { ServerName } from './openai-compatible.servers.js';

/** A server is reached by variables of its own, named as LiteLLM names them. */
function prefix(name: string, variables: string, server?: ServerName): ProviderPrefix {
  return {
    name,
    environment: { api_key: [`${variables}_API_KEY`], api_base: [`${variables}_API_BASE`] },
    settings: server && { server },
  };
}

/** LiteLLM's prefixes of servers that speak OpenAI's protocol. */
export const openAiCompatiblePrefixes: readonly ProviderPrefix[] = [
  prefix('hosted_vllm', 'HOSTED_VLLM', 'vllm'),
  prefix('openai_like', 'OPENAI_LIKE'),
  prefix('custom_openai', 'OPENAI_LIKE'),
  prefix('aiohttp_openai', 'OPENAI_LIKE'),
  prefix('litellm_proxy', 'LITELLM_PROXY'),
  prefix('lm_studio', 'LM_STUDIO'),
  prefix('llamafile', 'LLAMAFILE'),
  prefix('xinference', 'XINFERENCE'),
  prefix('infinity', 'INFINITY'),
  prefix('docker_model_runner', 'DOCKER_MODEL_RUNNER'),
  prefix('lemonade', 'LEMONADE'),
  ...chatServicePrefixes,
];
