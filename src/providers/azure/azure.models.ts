import type { Capabilities } from '../../domain/capabilities.js';
import { openAiModels } from '../openai/openai.models.js';

/** The name of a model in Azure's catalogue, how deployments of it are usually named, and OpenAI's name for it. */
interface AzureModel {
  readonly name: string;
  readonly pattern: RegExp;
  readonly openAiName: string;
}

/** First match first. */
const MODELS: readonly AzureModel[] = [
  {
    name: 'gpt-4o-transcribe-diarize',
    pattern: /gpt[-_]?4o[-_]?transcribe[-_]?diarize/i,
    openAiName: 'gpt-4o-transcribe-diarize',
  },
  {
    name: 'gpt-4o-mini-transcribe',
    pattern: /gpt[-_]?4o[-_]?mini[-_]?transcribe/i,
    openAiName: 'gpt-4o-mini-transcribe',
  },
  { name: 'gpt-4o-transcribe', pattern: /gpt[-_]?4o[-_]?transcribe/i, openAiName: 'gpt-4o-transcribe' },
  { name: 'whisper', pattern: /whisper/i, openAiName: 'whisper-1' },
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
  max_bytes: 26_214_400,
};

/** Azure's name for the model that a setting or a deployment's name means; undefined when it means none. */
export function azureModelOf(name: string): string | undefined {
  return MODELS.find(({ pattern }) => pattern.test(name))?.name;
}

/**
 * What a deployment of this model can do: what OpenAI's model of that name can, without its date of retirement, because
 * Azure has its own for every version of a model. A name that means no model gets what all of them have in common.
 */
export function azureCapabilities(name: string): Capabilities {
  const openAiName = MODELS.find(({ pattern }) => pattern.test(name))?.openAiName;
  const { retirement_date: _, ...capabilities } = (openAiName && openAiModels[openAiName]) || LEAST;
  return capabilities;
}
