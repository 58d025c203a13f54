/** The other providers of LiteLLM (`LlmProviders` in litellm/types/utils.py). */ export const unservedPrefixes: ReadonlySet<string> =
  new Set(
    `ai21 aiml
  amazon_nova anthropic anthropic_text auto_router aws_polly azure_ai azure_text baseten bedrock bedrock_mantle
  black_forest_labs bytez chatgpt clarifai cohere cohere_chat cometapi compactifai custom databricks datarobot
  dotprompt fal_ai gigachat github_copilot gradient_ai heroku huggingface humanloop inception jina_ai langfuse
  llamagate maritalk milvus minimax modelscope morph nlp_cloud nvidia_riva oci ollama ollama_chat oobabooga ovhcloud
  petals pg_vector predibase publicai recraft reducto replicate runwayml sagemaker sagemaker_chat sagemaker_nova sap
  snowflake soniox stability tencent text-completion-codestral text-completion-inception text-completion-openai topaz
  triton v0 vertex_ai vertex_ai_beta vllm voyage watsonx watsonx_text`.split(/\s+/),
  );
