import { z } from 'zod';
import { didYouMean } from './closest-name.js';
import { different, keyTable, supported, vital } from './key-table.js';
import { onOrOff } from '../../domain/setting-values.js';
import { MEBIBYTE } from '../../uploads/upload-options.js';
import { dollars, identifier, number, numberTimes, text } from './values.schema.js';

/** What LiteLLM's deployments can be for; Auricle serves some. */
export const modes = [
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
export type Mode = (typeof modes)[number];

const mode = z.enum(modes, {
  error: ({ input }) =>
    `must be a mode such as audio_transcription${typeof input === 'string' ? didYouMean(input, modes) : ''}`,
});

/** LiteLLM writes some models with the provider before them: `azure/whisper-1`, `azure/eu/whisper-1`. */
const baseModel = text.transform((name) => name.slice(name.lastIndexOf('/') + 1));

const prices = {
  input_cost_per_second: supported(dollars, 'US dollars per second of audio.'),
  output_cost_per_second: different(
    dollars,
    "Where `input_cost_per_second` is absent or 0. LiteLLM's price list writes the same number into both: they are never summed.",
  ),
  input_cost_per_character: supported(dollars, 'US dollars per character that is said.'),
  input_cost_per_token: supported(dollars, 'US dollars per input token.'),
  input_cost_per_audio_token: supported(dollars, 'US dollars per audio input token; absent: as text.'),
  output_cost_per_token: supported(dollars, 'US dollars per output token.'),
  output_cost_per_audio_token: supported(dollars, 'US dollars per output token that is speech; absent: not known.'),
  cache_read_input_token_cost: supported(dollars, "US dollars per text input token from the provider's cache."),
  cache_read_input_audio_token_cost: supported(dollars, "US dollars per audio input token from the provider's cache."),
};

/** `litellm_params`. A name that is not here is an option for the provider. */
export const parameterKeys = keyTable('model_list[].litellm_params', {
  model: vital(
    different(
      text,
      'With the prefix of its provider (see the providers above), or a bare OpenAI name such as `whisper-1`.',
    ),
  ),
  custom_llm_provider: vital(supported(text, 'The provider, where `model` has no prefix.')),
  api_key: vital(
    different(
      text,
      "Absent: the variables that the provider's own clients read, then LiteLLM's, such as `OPENAI_API_KEY`. A deployment whose provider needs a key and has none is switched off.",
      'api_key',
    ),
  ),
  api_base: vital(
    supported(
      text,
      "The provider's base URL. Absent: the same kind of variables, then the provider's own address.",
      'api_base',
    ),
  ),
  api_version: vital(
    supported(
      text,
      "Azure's `api-version`. Absent: OPENAI_API_VERSION, then AZURE_API_VERSION.",
      'settings.api_version',
    ),
  ),
  organization: vital(
    different(
      text,
      "OpenAI's organisation; one, not a list. Absent: OPENAI_ORG_ID, then OPENAI_ORGANIZATION, unless the entry has an `api_key` of its own.",
      'settings.organization',
    ),
  ),
  litellm_credential_name: vital(supported(text, 'An entry of `credential_list`.')),
  weight: supported(number, 'Relative share of the traffic, up to 1000.', 'weight'),
  order: supported(number, 'Lower levels are tried first.', 'routing.order'),
  rpm: vital(
    different(number, 'A limit in requests per minute; it does not weigh traffic.', 'routing.max_requests_per_minute'),
  ),
  max_parallel_requests: vital(
    supported(number, 'A limit on requests at the same time.', 'routing.max_concurrent_requests'),
  ),
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
  zero_retention: vital(
    supported(
      onOrOff,
      "Auricle's own: whether the provider keeps nothing of what it is sent, by contract or because the server is yours.",
      'routing.zero_retention',
    ),
  ),
  base_model: different(baseModel, 'As in `model_info`, which wins.', 'settings.base_model'),
  mode: different(mode, 'As in `model_info`, which wins.'),
  ...prices,
});

/** `model_info`. Any other name is a note of the owner's, as in LiteLLM. */
export const infoKeys = keyTable('model_list[].model_info', {
  id: different(
    identifier,
    "The deployment's id; unique in the file. A UUID stands as it is; any other text becomes one, always the same.",
  ),
  mode: different(
    mode,
    'What the entry is for. Absent: what the provider and the name of the model tell. What is not for transcription is left out with a warning.',
  ),
  base_model: different(
    baseModel,
    "The model behind an Azure deployment's name, with or without `azure/` before it, for capabilities and price; of other providers it says nothing.",
    'settings.base_model',
  ),
  deprecation_date: different(
    text,
    'The day on which the provider ends the model, such as `2027-02-26`, in place of what is known of it; `never`: no end is meant. In LiteLLM a note of its price list.',
    'routing.retires_on',
  ),
  blocked: vital(different(onOrOff, '`true` leaves the entry out with a warning.')),
  ...prices,
});
