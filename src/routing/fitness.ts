import type { Capabilities, RequestField } from '../domain/capabilities.js';
import { planFormat, type FormatPlan } from '../domain/format-plan.js';
import type { TranscriptionRequest } from '../domain/transcription.js';

/** Why a deployment cannot serve a request: the offending field, and the reason as the end of a sentence. */
export interface Unfit {
  readonly param: string;
  readonly reason: string;
  /** 413 when the file is over the model's limit; otherwise 400. */
  readonly tooLarge?: true;
}

type Served = Exclude<FormatPlan, { mode: 'refused' }>;

/** Which of OpenAI's optional fields a request uses. Each names the form field that the client sent. */
const usedFields: Readonly<
  Record<RequestField, { param: string; isUsed: (request: TranscriptionRequest) => boolean }>
> = {
  language: { param: 'language', isUsed: (request) => request.language !== undefined },
  prompt: { param: 'prompt', isUsed: (request) => request.prompt !== undefined },
  temperature: { param: 'temperature', isUsed: (request) => request.temperature !== undefined },
  logprobs: { param: 'include', isUsed: (request) => request.include.includes('logprobs') },
  chunking_strategy: { param: 'chunking_strategy', isUsed: (request) => request.chunkingStrategy !== undefined },
  keywords: { param: 'keywords', isUsed: (request) => request.keywords.length > 0 },
  languages: { param: 'languages', isUsed: (request) => request.languages.length > 0 },
  known_speakers: { param: 'known_speaker_names', isUsed: (request) => request.speakers !== undefined },
};

/**
 * Whether a model can honour everything that a request asks for, and how it will give the format. Nothing is silently
 * dropped: a field that the model does not know makes it unfit.
 */
export function assessFitness(
  capabilities: Capabilities,
  request: TranscriptionRequest,
  durationSeconds: number | undefined,
): { readonly format: Served } | { readonly unfit: Unfit } {
  const unfit =
    unfitTask(capabilities, request) ??
    unfitField(capabilities, request) ??
    unfitSize(capabilities, request, durationSeconds);
  if (unfit) return { unfit };
  const format = planFormat(capabilities, request);
  return format.mode === 'refused' ? { unfit: { param: format.param, reason: format.reason } } : { format };
}

function unfitTask(capabilities: Capabilities, { task }: TranscriptionRequest): Unfit | undefined {
  if (capabilities.tasks.includes(task)) return undefined;
  return { param: 'model', reason: task === 'translate' ? 'it does not translate' : 'it does not transcribe' };
}

function unfitField(capabilities: Capabilities, request: TranscriptionRequest): Unfit | undefined {
  for (const [field, { param, isUsed }] of Object.entries(usedFields)) {
    const supported = capabilities.fields.some((it) => it === field);
    if (!supported && isUsed(request)) return { param, reason: 'it does not know this field' };
  }
  const { options } = capabilities;
  if (options === 'any') return undefined;
  const unknown = [...request.providerOptions.keys()].find((name) => !options.includes(name));
  return unknown === undefined ? undefined : { param: unknown, reason: 'it does not know this field' };
}

function unfitSize(
  { maxBytes, maxDurationSeconds }: Capabilities,
  { audio }: TranscriptionRequest,
  durationSeconds: number | undefined,
): Unfit | undefined {
  if (maxBytes !== undefined && audio.sizeBytes > maxBytes) {
    return {
      param: 'file',
      reason: `it takes files of at most ${maxBytes} bytes and this one has ${audio.sizeBytes}`,
      tooLarge: true,
    };
  }
  if (maxDurationSeconds !== undefined && durationSeconds !== undefined && durationSeconds > maxDurationSeconds) {
    return {
      param: 'file',
      reason: `it takes at most ${maxDurationSeconds} seconds of audio and this file has ${durationSeconds.toFixed(1)}`,
    };
  }
  return undefined;
}
