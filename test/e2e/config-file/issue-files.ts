/** The three files that people have today, letter by letter. */
export const twoDeployments = `model_list:
- model_name: whisper
  litellm_params: { model: whisper-1, api_key: os.environ/OPENAI_API_KEY }
  model_info: { mode: audio_transcription }
- model_name: whisper
  litellm_params: { model: azure/azure-whisper, api_version: 2024-02-15-preview, api_base: os.environ/AZURE_EUROPE_API_BASE, api_key: os.environ/AZURE_EUROPE_API_KEY }
  model_info: { mode: audio_transcription }
general_settings: { master_key: sk-1234 }
`;

export const fallback = `model_list:
  - model_name: whisper-primary
    litellm_params: { model: whisper-1, api_key: os.environ/OPENAI_API_KEY }
    model_info: { mode: audio_transcription }
  - model_name: whisper-backup
    litellm_params: { model: azure/whisper-deployment, api_version: 2024-02-15-preview, api_base: os.environ/AZURE_API_BASE, api_key: os.environ/AZURE_API_KEY }
    model_info: { mode: audio_transcription }
router_settings: { fallbacks: [{ "whisper-primary": ["whisper-backup"] }], num_retries: 2 }
general_settings: { master_key: sk-1234 }
`;

export const plain = `model_list:
- model_name: whisper
  litellm_params: { model: whisper-1, api_key: os.environ/OPENAI_API_KEY }
  model_info: { mode: audio_transcription }
general_settings: { master_key: sk-1234 }
`;
