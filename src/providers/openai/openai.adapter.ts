import { z } from 'zod';
import { type OpenAiDialect, openAiProtocol } from '../openai-compatible/openai-protocol.adapter.js';
import type { ProviderEnvironment } from '../provider-environment.js';
import { openAiChatCapabilities } from './openai.chat.js';
import { openAiCapabilities, openAiModels } from './openai.models.js';
import { isNamedForSpeech } from '../model-names.js';
import { voicesSetting } from '../voices.setting.js';
import { openAiOwnSpeech } from './openai-speech.js';
import { openAiPrices } from './openai.prices.js';

/** An identifier that can stand in a header. */
const identifier = z.string().regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces');

/** Whom OpenAI bills, where the key belongs to several organisations or projects, and which voices stand for which. */
export const openAiSettingsSchema = z.strictObject({
  organization: identifier.optional(),
  project: identifier.optional(),
  voices: voicesSetting,
});
export type OpenAiSettings = z.infer<typeof openAiSettingsSchema>;

/** openai-node 6.49, then LiteLLM. */
const environment: ProviderEnvironment<OpenAiSettings> = {
  api_key: ['OPENAI_API_KEY'],
  api_base: ['OPENAI_BASE_URL', 'OPENAI_API_BASE'],
  key_settings: {
    organization: ['OPENAI_ORG_ID', 'OPENAI_ORGANIZATION'],
    project: ['OPENAI_PROJECT_ID', 'OPENAI_PROJECT'],
  },
};

/** OpenAI itself: https://platform.openai.com/docs/api-reference/audio */
const openAiDialect: OpenAiDialect<OpenAiSettings> = {
  provider: 'openai',
  title: 'OpenAI',
  settings: openAiSettingsSchema,
  needsApiKey: true,
  defaultApiBase: 'https://api.openai.com/v1',
  environment,
  prefixes: [{ name: 'openai' }],
  bareNames: /^(?:whisper-1$|(?:chat)?gpt-|o[134](?:-|$)|tts-1(?:-|$))/,
  // In any of its regions; elsewhere `openai/` is how LiteLLM names any server that speaks OpenAI's protocol.
  elsewhere: { ownHosts: /^(.+\.)?api\.openai\.com$/, provider: 'openai-compatible' },
  prices: openAiPrices,
  zeroRetention: {
    // Neither logs of abuse monitoring nor state, says the table of its endpoints.
    audio_transcription: { kind: 'never_stored', source: 'developers.openai.com/api/docs/guides/your-data' },
    audio_speech: { kind: 'by_contract', source: 'developers.openai.com/api/docs/guides/your-data' },
    chat: { kind: 'by_contract', source: 'developers.openai.com/api/docs/guides/your-data' },
  },
  knownModels: Object.keys(openAiModels),
  isSpeechModel: isNamedForSpeech,
  streams: true,
  capabilities: openAiCapabilities,
  speech: openAiOwnSpeech,
  chat: { capabilities: openAiChatCapabilities },
  headers: ({ organization, project }) => ({
    ...(organization && { 'openai-organization': organization }),
    ...(project && { 'openai-project': project }),
  }),
};

/** Registered in `provider-list.ts`. */
export const openAi = openAiProtocol(openAiDialect);
