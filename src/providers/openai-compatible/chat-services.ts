import type { ProviderPrefix } from '../provider-adapter.js';

/**
 * Public services that hold chats in OpenAI's protocol: LiteLLM's prefix, the base URL, and the variables that LiteLLM reads
 * (litellm/litellm_core_utils/get_llm_provider_logic.py and litellm/llms/*). Where those begin otherwise than the prefix they are said.
 */
const services: readonly (readonly [prefix: string, apiBase: string, variables?: string, keys?: readonly string[]])[] =
  [
    ['ai21_chat', 'https://api.ai21.com/studio/v1', 'AI21'],
    ['cerebras', 'https://api.cerebras.ai/v1'],
    ['codestral', 'https://codestral.mistral.ai/v1'],
    ['dashscope', 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1'],
    ['deepseek', 'https://api.deepseek.com/v1'],
    ['empower', 'https://app.empower.dev/api/v1'],
    ['featherless_ai', 'https://api.featherless.ai/v1'],
    ['friendliai', 'https://api.friendli.ai/serverless/v1', 'FRIENDLI', ['FRIENDLIAI_API_KEY', 'FRIENDLI_TOKEN']],
    ['galadriel', 'https://api.galadriel.com/v1'],
    ['github', 'https://models.inference.ai.azure.com'],
    ['hyperbolic', 'https://api.hyperbolic.xyz/v1'],
    ['lambda_ai', 'https://api.lambda.ai/v1', 'LAMBDA'],
    ['meta_llama', 'https://api.llama.com/compat/v1', 'LLAMA'],
    ['moonshot', 'https://api.moonshot.ai/v1'],
    ['nebius', 'https://api.studio.nebius.ai/v1'],
    ['novita', 'https://api.novita.ai/v3/openai'],
    ['nscale', 'https://inference.api.nscale.com/v1'],
    ['nvidia_nim', 'https://integrate.api.nvidia.com/v1'],
    ['openrouter', 'https://openrouter.ai/api/v1', 'OPENROUTER', ['OPENROUTER_API_KEY', 'OR_API_KEY']],
    ['perplexity', 'https://api.perplexity.ai', 'PERPLEXITY', ['PERPLEXITYAI_API_KEY', 'PERPLEXITY_API_KEY']],
    ['sambanova', 'https://api.sambanova.ai/v1'],
    ['vercel_ai_gateway', 'https://ai-gateway.vercel.sh/v1'],
    ['volcengine', 'https://ark.cn-beijing.volces.com/api/v3'],
    ['wandb', 'https://api.inference.wandb.ai/v1'],
    ['xai', 'https://api.x.ai/v1'],
    ['zai', 'https://api.z.ai/api/paas/v4'],
  ];

/** LiteLLM's prefixes of public services that hold chats, and nothing else as far as is known here. */
export const chatServicePrefixes: readonly ProviderPrefix[] = services.map(
  ([name, apiBase, variables = name.toUpperCase(), keys = [`${variables}_API_KEY`]]) => ({
    name,
    environment: { api_key: keys, api_base: [`${variables}_API_BASE`] },
    chatService: { apiBase },
  }),
);
