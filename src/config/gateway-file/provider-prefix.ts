import type { GatewayFileProvider } from '../../domain/gateway-file.js';

/** What a provider prefix of LiteLLM stands for. */
export interface ProviderPrefix {
  readonly provider: GatewayFileProvider;
  /** Where LiteLLM looks for a key when the entry has none, best first. */
  readonly keyVariables: readonly string[];
  /** Where LiteLLM looks for a base URL when the entry has none, best first. */
  readonly baseVariables: readonly string[];
  /** Self-hosted servers may go without a key. */
  readonly needsApiKey: boolean;
  /** There is no public address that every customer shares. */
  readonly needsApiBase: boolean;
}

const cloud = (
  provider: GatewayFileProvider,
  keyVariables: readonly string[],
  baseVariables: readonly string[] = [],
): ProviderPrefix => ({ provider, keyVariables, baseVariables, needsApiKey: true, needsApiBase: false });

const selfHosted = (name: string): ProviderPrefix => ({
  provider: 'openai-compatible',
  keyVariables: [`${name}_API_KEY`],
  baseVariables: [`${name}_API_BASE`],
  needsApiKey: false,
  needsApiBase: true,
});

/** The prefixes of `litellm_params.model` that Auricle serves. */
export const providerPrefixes: Readonly<Record<string, ProviderPrefix>> = {
  openai: cloud('openai', ['OPENAI_API_KEY'], ['OPENAI_BASE_URL', 'OPENAI_API_BASE']),
  azure: { ...cloud('azure', ['AZURE_API_KEY', 'AZURE_OPENAI_API_KEY'], ['AZURE_API_BASE']), needsApiBase: true },
  groq: cloud('groq', ['GROQ_API_KEY'], ['GROQ_API_BASE']),
  deepgram: cloud('deepgram', ['DEEPGRAM_API_KEY'], ['DEEPGRAM_API_BASE']),
  fireworks_ai: cloud(
    'fireworks',
    ['FIREWORKS_API_KEY', 'FIREWORKS_AI_API_KEY', 'FIREWORKSAI_API_KEY', 'FIREWORKS_AI_TOKEN'],
    ['FIREWORKS_API_BASE'],
  ),
  elevenlabs: cloud('elevenlabs', ['ELEVENLABS_API_KEY'], ['ELEVENLABS_API_BASE']),
  assemblyai: cloud('assemblyai', ['ASSEMBLYAI_API_KEY'], ['ASSEMBLYAI_API_BASE']),
  mistral: cloud('mistral', ['MISTRAL_API_KEY'], ['MISTRAL_API_BASE']),
  gemini: cloud('gemini', ['GEMINI_API_KEY', 'GOOGLE_API_KEY'], ['GEMINI_API_BASE']),
  together_ai: cloud(
    'together',
    ['TOGETHER_API_KEY', 'TOGETHER_AI_API_KEY', 'TOGETHERAI_API_KEY', 'TOGETHER_AI_TOKEN'],
    ['TOGETHER_AI_API_BASE'],
  ),
  deepinfra: cloud('deepinfra', ['DEEPINFRA_API_KEY'], ['DEEPINFRA_API_BASE']),
  cloudflare: cloud('cloudflare', ['CLOUDFLARE_API_KEY'], ['CLOUDFLARE_API_BASE']),
  hosted_vllm: selfHosted('HOSTED_VLLM'),
  openai_like: selfHosted('OPENAI_LIKE'),
  custom_openai: selfHosted('OPENAI_LIKE'),
  aiohttp_openai: selfHosted('OPENAI_LIKE'),
  litellm_proxy: selfHosted('LITELLM_PROXY'),
  lm_studio: selfHosted('LM_STUDIO'),
  llamafile: selfHosted('LLAMAFILE'),
  xinference: selfHosted('XINFERENCE'),
  infinity: selfHosted('INFINITY'),
  docker_model_runner: selfHosted('DOCKER_MODEL_RUNNER'),
  lemonade: selfHosted('LEMONADE'),
};

/** The other providers of LiteLLM (`LlmProviders` in litellm/types/utils.py). */
export const unservedPrefixes: ReadonlySet<string> = new Set(
  `ai21 ai21_chat aiml amazon_nova anthropic anthropic_text auto_router aws_polly azure_ai azure_text baseten bedrock
  bedrock_mantle black_forest_labs bytez cerebras chatgpt clarifai codestral cohere cohere_chat cometapi compactifai custom
  dashscope databricks datarobot deepseek dotprompt empower fal_ai featherless_ai friendliai galadriel gigachat github
  github_copilot gradient_ai heroku huggingface humanloop hyperbolic inception jina_ai lambda_ai langfuse llamagate
  maritalk meta_llama milvus minimax modelscope moonshot morph nebius nlp_cloud novita nscale nvidia_nim nvidia_riva oci
  ollama ollama_chat oobabooga openrouter ovhcloud perplexity petals pg_vector predibase publicai recraft reducto replicate
  runwayml sagemaker sagemaker_chat sagemaker_nova sambanova sap snowflake soniox stability tencent text-completion-codestral
  text-completion-inception text-completion-openai topaz triton v0 vercel_ai_gateway vertex_ai vertex_ai_beta vllm
  volcengine voyage wandb watsonx watsonx_text xai zai`.split(/\s+/),
);

/** For messages: every prefix that is served. */
export const servedPrefixes = Object.keys(providerPrefixes)
  .map((name) => `${name}/`)
  .join(', ');

/** OpenAI's own names, which LiteLLM takes without a prefix. */
export function isOpenAiModel(name: string): boolean {
  return /^(whisper-1$|gpt-)/.test(name);
}

/** Whether the address is OpenAI's, in any of its regions. */
export function isOpenAiAddress(apiBase: string): boolean {
  const { hostname } = new URL(apiBase);
  return hostname === 'api.openai.com' || hostname.endsWith('.api.openai.com');
}
