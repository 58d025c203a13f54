import { z } from 'zod';
import { type OpenAiDialect, openAiProtocol } from '../openai-compatible/openai-protocol.adapter.js';
import { askForTimes } from '../openai-compatible/own-verbose-json.js';
import type { ProviderEnvironment } from '../provider-environment.js';
import { deepInfraCapabilities, deepInfraModels } from './deepinfra.models.js';
import { isNamedForSpeech } from '../model-names.js';
import { deepInfraPrices } from './deepinfra.prices.js';

/** DeepInfra takes no settings. */
const deepInfraSettingsSchema = z.strictObject({});
export type DeepInfraSettings = z.infer<typeof deepInfraSettingsSchema>;

/** The key as in deepinfra 2.0 and LiteLLM, then as in LangChain; the base URL as in LiteLLM only, then by the usual name. */
const environment: ProviderEnvironment = {
  api_key: ['DEEPINFRA_API_KEY', 'DEEPINFRA_API_TOKEN'],
  api_base: ['DEEPINFRA_API_BASE', 'DEEPINFRA_BASE_URL'],
};

/**
 * DeepInfra's OpenAI-compatible endpoint.
 * Source: https://deepinfra.com/docs/advanced/openai_api; not verified against the live service
 */
export const deepInfraDialect: OpenAiDialect<DeepInfraSettings> = {
  provider: 'deepinfra',
  title: 'DeepInfra',
  settings: deepInfraSettingsSchema,
  needsApiKey: true,
  defaultApiBase: 'https://api.deepinfra.com/v1/openai',
  environment,
  prefixes: [{ name: 'deepinfra' }],
  prices: deepInfraPrices,
  zeroRetention: {
    audio_transcription: { kind: 'never_stored', source: 'docs.deepinfra.com/account/data-privacy' },
    // Google and Anthropic store what their models answer there.
    chat: { kind: 'by_contract', source: 'docs.deepinfra.com/account/data-privacy' },
  },
  knownModels: Object.keys(deepInfraModels),
  isSpeechModel: isNamedForSpeech,
  streams: false,
  capabilities: deepInfraCapabilities,
  chat: { capabilities: () => ({}) },
  prepare: (call) => askForTimes(call, deepInfraCapabilities(call.upstreamModel)),
};

/** Registered in `provider-list.ts`. */
export const deepInfra = openAiProtocol(deepInfraDialect);
