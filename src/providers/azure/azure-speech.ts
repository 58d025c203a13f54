import type { Retirement } from '../../domain/retirement.js';
import type { SpeechCapabilities } from '../../domain/speech.js';
import { retirementByLiteLlm } from '../litellm-source.js';
import type { SpeechDialect } from '../openai-compatible/openai-speech.js';
import { openAiSpeechModels } from '../openai/openai-speech.js';
import { azureUrl, type AzureUrlStyle } from './azure.url.js';

/** The name of a model in Azure's catalogue, how deployments of it are usually named, and OpenAI's name for it. */
interface AzureSpeechModel {
  readonly name: string;
  readonly pattern: RegExp;
  readonly openAiName: string;
  /** When Azure switches it off. */
  readonly retirement: Retirement;
}

/** What of a deployment's settings decides which model it is and where it is. */
interface AzureSpeechSettings {
  readonly base_model?: string;
  readonly url_style: AzureUrlStyle;
  readonly api_version?: string;
}

/** Microsoft's schedule of 7 July 2026, and LiteLLM 1.110.2 the same. */
const firstGeneration: Retirement = {
  date: '2026-12-15',
  source:
    'https://github.com/MicrosoftDocs/azure-ai-docs/blob/main/articles/foundry/openai/includes/concepts-model-retirement-schedule-content.md',
  as_of: '2026-11-27',
  confidence: 'announced',
};

/** First match first. */
const MODELS: readonly AzureSpeechModel[] = [
  {
    name: 'gpt-4o-mini-tts',
    pattern: /gpt[-_]?4o[-_]?mini[-_]?tts/i,
    openAiName: 'gpt-4o-mini-tts',
    retirement: retirementByLiteLlm('2027-06-15'),
  },
  { name: 'tts-hd', pattern: /tts[-_]?(?:1[-_]?)?hd/i, openAiName: 'tts-1-hd', retirement: firstGeneration },
  { name: 'tts', pattern: /(?<![a-z])tts(?![a-z])/i, openAiName: 'tts-1', retirement: firstGeneration },
];

/** What every speech model on Azure can do. */
const LEAST: SpeechCapabilities = {
  formats: ['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm'],
  fields: ['speed'],
  voices: { names: ['alloy', 'echo', 'fable', 'onyx', 'nova', 'shimmer'], mapped: {}, others: true },
  options: [],
  max_characters: 4_096,
};

/** Azure's name for the speech model that a setting or a deployment's name means; undefined when it means none. */
export function azureSpeechModelOf(name: string): string | undefined {
  return MODELS.find(({ pattern }) => pattern.test(name))?.name;
}

function capabilitiesOf(name: string): SpeechCapabilities {
  const model = MODELS.find(({ pattern }) => pattern.test(name));
  const capabilities = model && openAiSpeechModels[model.openAiName];
  return capabilities ? { ...capabilities, retirement: model.retirement } : LEAST;
}

/**
 * OpenAI's speech at an address and under names of the customer's own. No events are asked for: the last dated version of
 * Azure's specification does not have `stream_format`.
 */
export const azureSpeech: SpeechDialect<AzureSpeechSettings> = {
  knownModels: MODELS.map(({ name }) => name),
  capabilities: (upstreamModel, settings) => capabilitiesOf(settings?.base_model ?? upstreamModel),
  url: ({ apiBase, upstreamModel, settings: { url_style, api_version } }) =>
    azureUrl({ apiBase, deployment: upstreamModel, operation: '/audio/speech', url_style, api_version }),
};
