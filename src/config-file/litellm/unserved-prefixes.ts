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
