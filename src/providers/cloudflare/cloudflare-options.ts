import { type JsonOption, jsonFlag, jsonInteger, jsonNumber } from '../json-options.js';
import { text } from '../option-fields.js';

/**
 * The fields of `@cf/openai/whisper-large-v3-turbo` beyond OpenAI's. `initial_prompt` is OpenAI's `prompt`.
 * Source: https://developers.cloudflare.com/workers-ai/models/whisper-large-v3-turbo/
 */
export const cloudflareOptions: Readonly<Record<string, JsonOption>> = {
  vad_filter: jsonFlag,
  prefix: { rule: text, toJson: ([value]) => value },
  beam_size: jsonInteger(1, 100),
  condition_on_previous_text: jsonFlag,
  no_speech_threshold: jsonNumber(0, 1),
  compression_ratio_threshold: jsonNumber(0, 100),
  log_prob_threshold: jsonNumber(-100, 0),
  hallucination_silence_threshold: jsonNumber(0, 3_600),
};
