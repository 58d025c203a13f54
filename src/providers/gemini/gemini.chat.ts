import { rootOf } from '../api-base.js';
import { type ChatDialect, chatUrl } from '../openai-compatible/openai-chat.js';
import { GEMINI_API_BASE } from './gemini.address.js';
import { errorFromResponse } from './gemini-errors.js';

/** https://ai.google.dev/gemini-api/docs/audio: "Gemini represents each second of audio as 32 tokens". */
const TOKENS_PER_SECOND = 32;

/**
 * Gemini's endpoint for OpenAI's clients: https://ai.google.dev/gemini-api/docs/openai; not verified against the live service.
 * It hears what OpenAI's form of a recording has, says nothing of the kinds of tokens, and answers in writing only.
 */
export const geminiChat: ChatDialect<unknown> = {
  capabilities: () => ({ audio_input: true, audio_output: false }),
  // Google's clients add the version themselves; other people's base URLs have it already, or the whole of it.
  url: ({ apiBase = GEMINI_API_BASE }) => chatUrl(`${rootOf(rootOf(apiBase, '/openai'), '/v1beta')}/v1beta/openai`),
  headers: ({ apiKey }): Record<string, string> => (apiKey ? { authorization: `Bearer ${apiKey}` } : {}),
  audioTokensPerSecond: TOKENS_PER_SECOND,
  error: errorFromResponse,
};
