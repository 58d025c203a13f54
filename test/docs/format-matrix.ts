import { z } from 'zod';
import type { AudioSource } from '../../src/domain/audio-source.js';
import type { Capabilities } from '../../src/domain/capabilities.js';
import { GatewayError } from '../../src/domain/errors.js';
import { planStream, type StreamPlan } from '../../src/domain/format-plan.js';
import {
  type ResponseFormat,
  responseFormats,
  type TranscriptionTask,
  transcriptionTasks,
  type TranscriptionRequest,
} from '../../src/domain/transcription.js';
import type { ProviderAdapter } from '../../src/providers/provider-adapter.js';
import { assessFitness } from '../../src/transcriptions/candidates/fitness.js';
import { parseTranscriptionForm } from '../../src/transcriptions/transcription-form.js';

/** One way to serve a request as far as the documents can know it. */
export interface Offer {
  /** As the documents call it: the upstream model, or what stands for those that nobody lists. */
  readonly name: string;
  readonly upstreamModel: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly capabilities: Capabilities;
}

/** What stands for every upstream model that nobody lists. */
export const ANY_OTHER = 'any-other-model';

/** Known models, the presets of settings that have some, then what is assumed of any other. */
export function offersOf(adapter: ProviderAdapter): readonly Offer[] {
  const known = adapter.knownModels.map((upstreamModel) => ({
    name: `\`${upstreamModel}\``,
    upstreamModel,
    capabilities: adapter.capabilities(upstreamModel),
  }));
  const presets = serversOf(adapter).flatMap((server) => presetOffers(adapter, server));
  const other = { name: 'any other', upstreamModel: ANY_OTHER, capabilities: adapter.capabilities(ANY_OTHER) };
  return [...known, ...presets, other];
}

/** A server whose whispers can do more than its other models is two offers. */
function presetOffers(adapter: ProviderAdapter, server: string): readonly Offer[] {
  const settings = { server };
  const [whisper, other] = ['whisper', ANY_OTHER].map((upstreamModel) => ({
    name: `\`${server}\``,
    upstreamModel,
    settings,
    capabilities: adapter.capabilities(upstreamModel, settings),
  }));
  if (!whisper || !other) return [];
  if (JSON.stringify(whisper.capabilities) === JSON.stringify(other.capabilities)) return [other];
  return [
    { ...whisper, name: `${whisper.name}: whisper` },
    { ...other, name: `${other.name}: any other` },
  ];
}

const presetSettings = z.object({ properties: z.object({ server: z.object({ enum: z.array(z.string()) }) }) });

function serversOf({ settings }: ProviderAdapter): readonly string[] {
  const schema = z.toJSONSchema(settings, { io: 'input', unrepresentable: 'any' });
  return presetSettings.safeParse(schema).data?.properties.server.enum ?? [];
}

/** A column of the matrix: what a client asks for beside the task. */
export interface Question {
  readonly heading: string;
  readonly task: TranscriptionTask;
  readonly format: ResponseFormat;
  /** Form fields beside `model` and `file`. */
  readonly fields: Readonly<Record<string, string>>;
  /** Whether it is also asked with `stream=true`. */
  readonly streams: boolean;
}

/** Everything that can be asked for with a task: every format, and where OpenAI has them word times and logprobs. */
export function questionsOf(task: TranscriptionTask): readonly Question[] {
  const formats = responseFormats.map((format) => ({
    heading: `\`${format}\``,
    task,
    format,
    fields: { response_format: format },
    streams: true,
  }));
  if (task === 'translate') return formats;
  return [
    ...formats,
    {
      heading: 'Word times',
      task,
      format: 'verbose_json',
      fields: { response_format: 'verbose_json', 'timestamp_granularities[]': 'word' },
      streams: false,
    },
    {
      heading: 'Logprobs',
      task,
      format: 'json',
      fields: { response_format: 'json', 'include[]': 'logprobs' },
      streams: false,
    },
  ];
}

/** The columns of the matrix. */
export const questions: readonly Question[] = transcriptionTasks.flatMap(questionsOf);

/** What the gateway makes of a question: how the answer comes about and how a stream of it would travel, or who is to blame. */
export type Outcome =
  | { readonly mode: 'native' | 'synthesised'; readonly delivery: StreamPlan }
  | { readonly mode: 'refused'; readonly param: string | null };

/** Goes the way of a real request, up to the provider's door. */
export function outcomeOf(capabilities: Capabilities, { task, format, fields }: Question): Outcome {
  const request = understand(task, fields);
  if (request instanceof GatewayError) return { mode: 'refused', param: request.param };
  const fitness = assessFitness(capabilities, request, undefined);
  if ('unfit' in fitness) return { mode: 'refused', param: fitness.unfit.param };
  return { mode: fitness.format.mode, delivery: planStream(capabilities, format) };
}

function understand(task: TranscriptionTask, fields: Question['fields']): TranscriptionRequest | GatewayError {
  const form = Object.entries({ model: 'any', ...fields }).map(
    ([name, value]) => [name.replace(/\[\]$/, ''), [value]] as const,
  );
  try {
    return parseTranscriptionForm(task, { fields: new Map(form), audio: nothingHeard }).request;
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
}

/** A file that no limit minds and nobody reads. */
const nothingHeard: AudioSource = {
  filename: 'speech.wav',
  mediaType: 'audio/wav',
  sizeBytes: 1,
  stream: () => {
    throw new Error('the plan must not read the audio');
  },
  probe: async () => ({}),
  [Symbol.asyncDispose]: async () => {},
};
