import type { Capabilities } from '../domain/capabilities.js';
import { planFormat, type FormatPlan } from '../domain/format-plan.js';
import type { TranscriptionRequest } from '../domain/transcription.js';
import { dropUnknownFields, unknownFields } from './request-fields.js';

/** Why a deployment cannot serve a request: the offending field, and why as the end of a sentence. */
export interface Unfit {
  readonly param: string;
  readonly explanation: string;
  /** 413 when the file is over the model's limit; otherwise 400. */
  readonly tooLarge?: true;
}

/** How a deployment can serve a request. */
export interface Fit {
  /** What the deployment is asked for. */
  readonly request: TranscriptionRequest;
  readonly format: Exclude<FormatPlan, { mode: 'refused' }>;
  /** Whether it only transcribes, and the translation model does the rest. */
  readonly chained: boolean;
  /** Form fields that the client sent and the deployment will not see. */
  readonly dropped: readonly string[];
}

/** What the gateway may do for a deployment that cannot honour everything itself. */
export interface Aid {
  /** A translation model is configured, so what transcribes can translate. */
  readonly translates?: boolean;
  /** It fetches recordings for deployments that take files only. */
  readonly fetchesUrls?: boolean;
  /** It may leave out fields that a deployment does not know. */
  readonly dropsFields?: boolean;
}

/**
 * Whether a model can honour everything that a request asks for, and how it will give the format. Nothing is silently
 * dropped: a field that the model does not know makes it unfit, unless the gateway may leave it out.
 */
export function assessFitness(
  capabilities: Capabilities,
  request: TranscriptionRequest,
  durationSeconds: number | undefined,
  aid: Aid = {},
): Fit | { readonly unfit: Unfit } {
  if (request.task === 'translate' && aid.translates && canOnlyTranscribe(capabilities)) {
    const fitness = assessFitness(capabilities, toTranscription(request), durationSeconds, aid);
    return 'unfit' in fitness ? fitness : { ...fitness, chained: true };
  }
  const { request: asked, dropped } = aid.dropsFields
    ? dropUnknownFields(capabilities, request)
    : { request, dropped: [] };
  const unfit =
    unfitTask(capabilities, asked) ??
    unfitField(capabilities, asked) ??
    unfitUrl(capabilities, asked, aid) ??
    unfitSize(capabilities, asked, durationSeconds);
  if (unfit) return { unfit };
  const format = planFormat(capabilities, asked);
  if (format.mode === 'refused') return { unfit: { param: format.param, explanation: format.explanation } };
  return { request: asked, format, chained: false, dropped };
}

function canOnlyTranscribe({ tasks }: Capabilities): boolean {
  return tasks.includes('transcribe') && !tasks.includes('translate');
}

/**
 * The first half of a translation in two steps: with times where the answer needs them. The prompt is about the English
 * text, so it is the translation model's.
 */
function toTranscription(request: TranscriptionRequest): TranscriptionRequest {
  const isTimed = request.responseFormat !== 'json' && request.responseFormat !== 'text';
  return {
    ...request,
    task: 'transcribe',
    prompt: undefined,
    responseFormat: isTimed ? 'verbose_json' : 'json',
    stream: false,
  };
}

function unfitTask(capabilities: Capabilities, { task }: TranscriptionRequest): Unfit | undefined {
  if (capabilities.tasks.includes(task)) return undefined;
  return { param: 'model', explanation: task === 'translate' ? 'it does not translate' : 'it does not transcribe' };
}

function unfitField(capabilities: Capabilities, request: TranscriptionRequest): Unfit | undefined {
  const [param] = unknownFields(capabilities, request);
  return param === undefined ? undefined : { param, explanation: 'it does not know this field' };
}

function unfitUrl({ accepts_url }: Capabilities, { url }: TranscriptionRequest, aid: Aid): Unfit | undefined {
  if (url === undefined || accepts_url || aid.fetchesUrls) return undefined;
  return {
    param: 'url',
    explanation: 'it takes files only, and the gateway fetches recordings only with FETCH_URLS=true',
  };
}

function unfitSize(
  { max_bytes, max_duration_seconds }: Capabilities,
  { audio, url }: TranscriptionRequest,
  durationSeconds: number | undefined,
): Unfit | undefined {
  // What nobody has fetched cannot be measured.
  if (url !== undefined) return undefined;
  if (max_bytes !== undefined && audio.sizeBytes > max_bytes) {
    return {
      param: 'file',
      explanation: `it takes files of at most ${max_bytes} bytes and this one has ${audio.sizeBytes}`,
      tooLarge: true,
    };
  }
  if (max_duration_seconds !== undefined && durationSeconds !== undefined && durationSeconds > max_duration_seconds) {
    return {
      param: 'file',
      explanation: `it takes at most ${max_duration_seconds} seconds of audio and this file has ${durationSeconds.toFixed(1)}`,
    };
  }
  return undefined;
}
