import { z } from 'zod';
import { didYouMean } from './closest-name.js';
import { different, keyTable, supported } from './key-table.js';
import { onOrOff } from '../../domain/setting-values.js';
import { MEBIBYTE } from '../../uploads/upload-options.js';
import { dollars, identifier, number, numberTimes, text } from './values.schema.js';

/** What LiteLLM's deployments can be for; Auricle serves the first. */
const modes = [
  'audio_transcription',
  'audio_speech',
  'batch',
  'chat',
  'completion',
  'embedding',
  'image_edit',
  'image_generation',
  'moderation',
  'moderations',
  'ocr',
  'realtime',
  'rerank',
  'responses',
  'search',
  'vector_store',
  'video_generation',
] as const;

const mode = z.enum(modes, {
  error: ({ input }) =>
    `must be a mode such as audio_transcription${typeof input === 'string' ? didYouMean(input, modes) : ''}`,
});

const prices = {
  input_cost_per_second: supported(dollars, 'US dollars per second of audio.'),
  output_cost_per_second: different(
    dollars,
    "Where `input_cost_per_second` is absent or 0. LiteLLM's price list writes the same number into both: they are never summed.",
  ),
  input_cost_per_token: supported(dollars, 'US dollars per input token.'),
  input_cost_per_audio_token: supported(dollars, 'US dollars per audio input token; absent: as text.'),
  output_cost_per_token: supported(dollars, 'US dollars per output token.'),
};

/** `litellm_params`. A name that is not here is an option for the provider. */
export const parameterKeys = keyTable('model_list[].litellm_params', {
  model: different(
    text,
    'With the prefix of its provider (see the providers above), or a bare OpenAI name such as `whisper-1`.',
  ),
  custom_llm_provider: supported(text, 'The provider, where `model` has no prefix.'),
  api_key: different(
    text,
    "Absent: the variables that the provider's own clients read, then LiteLLM's, such as `OPENAI_API_KEY`. A provider that needs a key and has none is an error at start.",
    'api_key',
  ),
  api_base: supported(
    text,
    "The provider's base URL. Absent: the same kind of variables, then the provider's own address.",
    'api_base',
  ),
  api_version: supported(
    text,
    "Azure's `api-version`. Absent: OPENAI_API_VERSION, then AZURE_API_VERSION.",
    'settings.api_version',
  ),
  organization: different(
    text,
    "OpenAI's organisation; one, not a list. Absent: OPENAI_ORG_ID, then OPENAI_ORGANIZATION, unless the entry has an `api_key` of its own.",
    'settings.organization',
  ),
  litellm_credential_name: supported(text, 'An entry of `credential_list`.'),
  weight: supported(number, 'Relative share of the traffic, up to 1000.', 'weight'),
  order: supported(number, 'Lower levels are tried first.', 'routing.order'),
  rpm: different(
    number,
    'A limit in requests per minute; it does not weigh traffic.',
    'routing.max_requests_per_minute',
  ),
  max_parallel_requests: supported(number, 'A limit on requests at the same time.', 'routing.max_concurrent_requests'),
  timeout: different(
    number,
    'For one attempt, in seconds; a stream may be silent this long.',
    'routing.timeout_seconds',
  ),
  stream_timeout: different(number, 'As `timeout`, for an attempt that streams.', 'routing.stream_timeout_seconds'),
  max_retries: supported(number, 'Further attempts on this deployment.', 'routing.max_retries'),
  cooldown_time: different(
    number,
    'As in `router_settings`, for one deployment; 0 = it never cools down.',
    'routing.cooldown_seconds',
  ),
  drop_params: different(
    onOrOff,
    'As in `litellm_settings`, for the whole model: one deployment that may leave fields out is enough.',
  ),
  max_file_size_mb: different(numberTimes(MEBIBYTE), 'Larger files go to other deployments.', 'routing.max_bytes'),
  base_model: different(text, 'As in `model_info`, which wins.', 'settings.base_model'),
  ...prices,
});

/** `model_info`. Any other name is a note of the owner's, as in LiteLLM. */
export const infoKeys = keyTable('model_list[].model_info', {
  id: different(
    identifier,
    "The deployment's id; unique in the file. A UUID stands as it is; any other text becomes one, always the same.",
  ),
  mode: different(mode, 'Absent: `audio_transcription`. An entry with another mode is left out with a warning.'),
  base_model: different(
    text,
    "The model behind an Azure deployment's name, for capabilities and price; of other providers it says nothing.",
    'settings.base_model',
  ),
  blocked: different(onOrOff, '`true` leaves the entry out with a warning.'),
  ...prices,
});
