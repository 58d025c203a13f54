import { z } from 'zod';
import type { OpenAiDialect } from '../openai-compatible/openai-protocol.adapter.js';
import type { ProviderEnvironment } from '../provider-adapter.js';
import { groqCapabilities, groqModels } from './groq.models.js';

/** Groq takes no settings. */
export const groqSettingsSchema = z.strictObject({});
export type GroqSettings = z.infer<typeof groqSettingsSchema>;

/** Named as Groq's own clients name them. */
export const groqEnvironment: ProviderEnvironment = { apiKey: 'GROQ_API_KEY', apiBase: 'GROQ_BASE_URL' };

/** Groq: https://console.groq.com/docs/api-reference#audio-transcription */
export const groqDialect: OpenAiDialect<GroqSettings> = {
  provider: 'groq',
  settings: groqSettingsSchema,
  needsApiKey: true,
  defaultApiBase: 'https://api.groq.com/openai/v1',
  environment: groqEnvironment,
  knownModels: Object.keys(groqModels),
  streams: false,
  capabilities: groqCapabilities,
  spelling: () => ({ urlField: 'url' }),
};
