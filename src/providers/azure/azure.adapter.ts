import { z } from 'zod';
import { audioPath, type OpenAiDialect, openAiProtocol } from '../openai-compatible/openai-protocol.adapter.js';
import type { ProviderCall } from '../provider-adapter.js';
import type { ProviderEnvironment } from '../provider-environment.js';
import { azureChatCapabilities } from './azure.chat.js';
import { azureCapabilities, azureModelOf, azureModels } from './azure.models.js';
import { azurePrices } from './azure.prices.js';
import { mayBeForSpeech } from '../model-names.js';
import { voicesSetting } from '../voices.setting.js';
import { azureSpeech, azureSpeechModelOf } from './azure-speech.js';
import { azureUrl } from './azure.url.js';

/** Something that can stand in a URL or a form as it is. */
const name = z
  .string()
  .max(200)
  .regex(/^[\w.-]+$/, 'must have only letters, digits and . _ -');

/** How a deployment on Azure is reached, and what it is a deployment of. */
export const azureSettingsSchema = z.strictObject({
  /**
   * The model that was deployed, such as `whisper` or `gpt-4o-mini-transcribe`: it decides capabilities and price. Guessed
   * from the deployment's name when absent.
   */
  base_model: name.optional(),
  /** `deployment` = `/openai/deployments/{deployment}/audio/...`, `v1` = `/openai/v1/audio/...`. */
  url_style: z.enum(['deployment', 'v1']).default('deployment'),
  /** The `api-version` of the query; by default `2025-04-01-preview`, and `preview` with `v1`. */
  api_version: name.optional(),
  /** `api-key` = a key of the resource, `bearer` = a token of Microsoft Entra ID. */
  auth: z.enum(['api-key', 'bearer']).default('api-key'),
  voices: voicesSetting,
});
export type AzureSettings = z.infer<typeof azureSettingsSchema>;

/** The `AzureOpenAI` client of openai-node 6.49, then LiteLLM. */
const environment: ProviderEnvironment<AzureSettings> = {
  api_key: ['AZURE_OPENAI_API_KEY', 'AZURE_API_KEY'],
  api_base: ['AZURE_OPENAI_ENDPOINT', 'AZURE_API_BASE'],
  settings: { api_version: ['OPENAI_API_VERSION', 'AZURE_API_VERSION'] },
  // Deployments have names that nobody can guess.
  offers_models: false,
};

/**
 * Azure OpenAI: OpenAI's models at an address, with a credential and under names of the customer's own. The upstream model
 * is the deployment's name.
 * Source: Azure's OpenAPI document 2025-03-01-preview and the `AzureOpenAI` client of openai-node; not verified against
 * the live service.
 */
const azureDialect: OpenAiDialect<AzureSettings> = {
  provider: 'azure',
  title: 'Azure OpenAI',
  settings: azureSettingsSchema,
  needsApiKey: true,
  // The portal shows whole addresses of deployments, which azure.url.ts understands.
  apiBaseForm: {
    example: 'https://RESOURCE.openai.azure.com',
    endpoints: /\/(?:chat\/completions|completions|embeddings|responses|speech)$/i,
    query: ['api-version'],
  },
  environment,
  prefixes: [{ name: 'azure' }],
  prices: azurePrices,
  zeroRetention: {
    audio_transcription: {
      kind: 'by_contract',
      source: 'learn.microsoft.com/azure/ai-foundry/openai/concepts/abuse-monitoring',
    },
    audio_speech: {
      kind: 'by_contract',
      source: 'learn.microsoft.com/azure/ai-foundry/openai/concepts/abuse-monitoring',
    },
    chat: { kind: 'by_contract', source: 'learn.microsoft.com/azure/ai-foundry/openai/concepts/abuse-monitoring' },
  },
  knownModels: azureModels,
  isSpeechModel: mayBeForSpeech,
  otherApis: [{ title: 'Azure AI Speech (azure/speech/...)', models: /^speech\// }],
  streams: true,
  capabilities: (upstreamModel, settings) => azureCapabilities(settings?.base_model ?? upstreamModel),
  pricedAs: (upstreamModel, settings) => {
    const model = settings?.base_model ?? upstreamModel;
    return azureModelOf(model) ?? azureSpeechModelOf(model) ?? model;
  },
  credential: (apiKey, { auth }): Record<string, string> =>
    auth === 'bearer' ? { authorization: `Bearer ${apiKey}` } : { 'api-key': apiKey },
  url: (call) => urlOf(call, audioPath(call.request.task)),
  chat: {
    capabilities: (upstreamModel, settings) => azureChatCapabilities(settings?.base_model ?? upstreamModel),
    url: (call) => urlOf(call, '/chat/completions'),
  },
  speech: azureSpeech,
};

/** @throws ProviderError */
function urlOf(
  { apiBase, upstreamModel, settings }: Pick<ProviderCall<AzureSettings>, 'apiBase' | 'upstreamModel' | 'settings'>,
  operation: string,
): string {
  const { url_style, api_version } = settings;
  return azureUrl({ apiBase, deployment: upstreamModel, operation, url_style, api_version });
}

/** Registered in `provider-list.ts`. */
export const azure = openAiProtocol(azureDialect);
