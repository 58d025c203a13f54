import { z } from 'zod';
import type { OpenAiDialect } from '../openai-compatible/openai-protocol.adapter.js';
import { askForTimes } from '../openai-compatible/own-verbose-json.js';
import type { ProviderEnvironment } from '../provider-adapter.js';
import { deepInfraCapabilities, deepInfraModels } from './deepinfra.models.js';

/** DeepInfra takes no settings. */
export const deepInfraSettingsSchema = z.strictObject({});
export type DeepInfraSettings = z.infer<typeof deepInfraSettingsSchema>;

/** Named as DeepInfra's own client names the key. */
export const deepInfraEnvironment: ProviderEnvironment = {
  apiKey: 'DEEPINFRA_API_KEY',
  apiBase: 'DEEPINFRA_BASE_URL',
};

/**
 * DeepInfra's OpenAI-compatible endpoint.
 * Source: https://deepinfra.com/docs/advanced/openai_api; not verified against the live service
 */
export const deepInfraDialect: OpenAiDialect<DeepInfraSettings> = {
  provider: 'deepinfra',
  settings: deepInfraSettingsSchema,
  needsApiKey: true,
  defaultApiBase: 'https://api.deepinfra.com/v1/openai',
  environment: deepInfraEnvironment,
  knownModels: Object.keys(deepInfraModels),
  streams: false,
  capabilities: deepInfraCapabilities,
  prepare: (call) => askForTimes(call, deepInfraCapabilities(call.upstreamModel)),
};
