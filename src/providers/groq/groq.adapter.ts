import { z } from 'zod';
import { type OpenAiDialect, openAiProtocol } from '../openai-compatible/openai-protocol.adapter.js';
import type { ProviderEnvironment } from '../provider-environment.js';
import { groqCapabilities, groqModels } from './groq.models.js';
import { isNamedForSpeech } from '../model-names.js';
import { voicesSetting } from '../voices.setting.js';
import { groqPrices } from './groq.prices.js';
import { groqSpeech } from './groq-speech.js';

/** What the operator decides for a deployment. */
const groqSettingsSchema = z.strictObject({ voices: voicesSetting });
export type GroqSettings = z.infer<typeof groqSettingsSchema>;

/** groq-sdk 1.6, then LiteLLM. */
const environment: ProviderEnvironment = { api_key: ['GROQ_API_KEY'], api_base: ['GROQ_BASE_URL', 'GROQ_API_BASE'] };

/** Groq: https://console.groq.com/docs/api-reference#audio-transcription */
const groqDialect: OpenAiDialect<GroqSettings> = {
  provider: 'groq',
  title: 'Groq',
  settings: groqSettingsSchema,
  needsApiKey: true,
  defaultApiBase: 'https://api.groq.com/openai/v1',
  environment,
  prefixes: [{ name: 'groq' }],
  prices: groqPrices,
  zeroRetention: {
    audio_transcription: { kind: 'by_contract', source: 'console.groq.com/docs/your-data' },
    audio_speech: { kind: 'by_contract', source: 'console.groq.com/docs/your-data' },
    chat: { kind: 'by_contract', source: 'console.groq.com/docs/your-data' },
  },
  knownModels: Object.keys(groqModels),
  isSpeechModel: isNamedForSpeech,
  streams: false,
  capabilities: groqCapabilities,
  speech: groqSpeech,
  // Its chat models read and write.
  chat: { capabilities: () => ({ audio_input: false, audio_output: false }) },
  spelling: () => ({ urlField: 'url' }),
};

/** Registered in `provider-list.ts`. */
export const groq = openAiProtocol(groqDialect);
