import type { Capabilities } from '../../domain/capabilities.js';
import type { Retirement } from '../../domain/retirement.js';
import { retirementByLiteLlm } from '../litellm-source.js';
import { openAiContainers, openAiModels } from '../openai/openai.models.js';

/** The name of a model in Azure's catalogue, how deployments of it are usually named, and OpenAI's name for it. */
interface AzureModel {
  readonly name: string;
  readonly pattern: RegExp;
  readonly openAiName: string;
  /** When Azure switches off its latest version. */
  readonly retirement: Retirement;
}

/** First match first. */
const MODELS: readonly AzureModel[] = [
  {
    name: 'gpt-4o-transcribe-diarize',
    pattern: /gpt[-_]?4o[-_]?transcribe[-_]?diarize/i,
    openAiName: 'gpt-4o-transcribe-diarize',
    retirement: retirementByLiteLlm('2027-04-15'),
  },
  {
    name: 'gpt-4o-mini-transcribe',
    pattern: /gpt[-_]?4o[-_]?mini[-_]?transcribe/i,
    openAiName: 'gpt-4o-mini-transcribe',
    retirement: retirementByLiteLlm('2027-06-15'),
  },
  {
    name: 'gpt-4o-transcribe',
    pattern: /gpt[-_]?4o[-_]?transcribe/i,
    openAiName: 'gpt-4o-transcribe',
    retirement: retirementByLiteLlm('2026-10-15'),
  },
  {
    name: 'gpt-transcribe',
    pattern: /gpt[-_]?transcribe/i,
    openAiName: 'gpt-transcribe',
    retirement: retirementByLiteLlm('2028-02-01'),
  },
  { name: 'whisper', pattern: /whisper/i, openAiName: 'whisper-1', retirement: retirementByLiteLlm('2027-02-26') },
];

/** Azure's names of its transcription models. */
export const azureModels: readonly string[] = MODELS.map(({ name }) => name);

/** What every transcription model on Azure can do. */
const LEAST: Capabilities = {
  tasks: ['transcribe'],
  formats: ['json', 'text'],
  granularities: [],
  streaming: false,
  diarization: false,
  fields: ['language', 'temperature'],
  options: [],
  containers: openAiContainers,
  max_bytes: 26_214_400,
};

/** Azure's name for the model that a setting or a deployment's name means; undefined when it means none. */
export function azureModelOf(name: string): string | undefined {
  return MODELS.find(({ pattern }) => pattern.test(name))?.name;
}

/**
 * What a deployment of this model can do: what OpenAI's model of that name can, until Azure's own date of retirement. A name
 * that means no model gets what all of them have in common.
 */
export function azureCapabilities(name: string): Capabilities {
  const model = MODELS.find(({ pattern }) => pattern.test(name));
  const capabilities = model && openAiModels[model.openAiName];
  return capabilities ? { ...capabilities, retirement: model.retirement } : LEAST;
}
