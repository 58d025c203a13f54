import type { ChatRequest } from '../../domain/chat.js';
import type { JsonSplice } from '../../domain/json/json-splice.js';
import { rootOf } from '../api-base.js';
import { type ChatDialect, chatUrl } from '../openai-compatible/openai-chat.js';
import { mistralError } from './mistral-errors.js';
import { MISTRAL_API_BASE } from './mistral.address.js';

/**
 * Mistral's chat completions: OpenAI's, but that a field which it does not know is an error, the usage comes at the end of every
 * stream, and a recording is its base64 alone.
 * Source: Mistral's OpenAPI document (`ChatCompletionRequest`, `AudioChunk`); not verified against the live service
 */
export const mistralChat: ChatDialect<unknown> = {
  // Voxtral hears; nothing of Mistral's speaks here.
  capabilities: (upstreamModel) => ({ audio_input: /voxtral/i.test(upstreamModel), audio_output: false }),
  url: ({ apiBase = MISTRAL_API_BASE }) => chatUrl(`${rootOf(apiBase, '/v1')}/v1`),
  headers: ({ apiKey }): Record<string, string> => (apiKey ? { authorization: `Bearer ${apiKey}` } : {}),
  without: ['stream_options'],
  tellsUsageUnasked: true,
  splices: bareRecordings,
  error: mistralError,
};

/** Of `{"data": "...", "format": "wav"}` only the string is left. */
function bareRecordings({ audio, body: { splices } }: ChatRequest): readonly JsonSplice[] {
  const isReplaced = (start: number) => splices.some((it) => it.start <= start && start < it.end);
  return audio
    .filter(({ part, value, data }) => value !== data && !isReplaced(part.start))
    .flatMap(({ value, data }) => [
      { start: value.start, end: data.start, text: '' },
      { start: data.end, end: value.end, text: '' },
    ]);
}
