import { extensionsOf, mediaTypeOf, sentExtension } from '../../domain/audio-container.js';
import { renamed, type AudioSource } from '../../domain/audio-source.js';
import type { Capabilities } from '../../domain/capabilities.js';
import { planFormat, type FormatPlan } from '../../domain/format-plan.js';
import type { ResponseFormat, TranscriptionRequest } from '../../domain/transcription.js';
import type { Unfit } from '../../routing/job.js';
import { transcodingFor, type TranscodingTarget } from './transcoding-target.js';
import { dropIdleLanguage, dropUnknownFields, unknownFields } from './request-fields.js';

/** How a deployment can serve a request. */
export interface Fit {
  /** What the deployment is asked for. */
  readonly request: TranscriptionRequest;
  readonly format: Exclude<FormatPlan, { mode: 'refused' }>;
  /** What the client gets: the requested format, or `json` where the gateway may give that instead. */
  readonly answerFormat: ResponseFormat;
  /** Whether it only transcribes, and the translation model does the rest. */
  readonly chained: boolean;
  /** What is made of the recording first, because the deployment does not take it as it is. */
  readonly transcoding?: TranscodingTarget;
  /** Form fields that the client sent and the deployment will not see. */
  readonly dropped: readonly string[];
}

/** What the gateway may do for a deployment that cannot honour everything itself. */
export interface Aid {
  /** A translation model is configured, so what transcribes can translate. */
  readonly translates?: boolean;
  /** It fetches recordings for deployments that take files only. */
  readonly fetchesUrls?: boolean;
  /** It makes another file of a recording that a deployment does not take, no larger than this; absent = it does not. */
  readonly transcodes?: { readonly maxBytes: number };
  /** It may leave out fields that a deployment does not know. */
  readonly dropsFields?: boolean;
  /** It may answer in `json` where a deployment cannot give the requested kind of JSON. */
  readonly downgradesFormat?: boolean;
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
  const fitness = assessAsAsked(capabilities, request, durationSeconds, aid);
  const isOfFormat = 'unfit' in fitness && fitness.unfit.param === 'response_format';
  if (!isOfFormat || !aid.downgradesFormat || !isDowngradable(request.responseFormat)) return fitness;
  const inJson = { ...request, responseFormat: 'json', granularities: [] } as const;
  const downgraded = assessAsAsked(capabilities, inJson, durationSeconds, aid);
  return 'unfit' in downgraded ? fitness : { ...downgraded, dropped: [...downgraded.dropped, 'response_format'] };
}

/** Who reads one kind of JSON finds the text in the plainest as well; who expects subtitles finds nothing. */
function isDowngradable(format: ResponseFormat): boolean {
  return format === 'verbose_json' || format === 'diarized_json';
}

function assessAsAsked(
  capabilities: Capabilities,
  request: TranscriptionRequest,
  durationSeconds: number | undefined,
  aid: Aid,
): Fit | { readonly unfit: Unfit } {
  const { responseFormat: answerFormat } = request;
  if (request.task === 'translate' && aid.translates && canOnlyTranscribe(capabilities)) {
    const fitness = assessAsAsked(capabilities, toTranscription(request), durationSeconds, aid);
    return 'unfit' in fitness ? fitness : { ...fitness, answerFormat, chained: true };
  }
  const { request: heard, dropped: hints } = dropIdleLanguage(capabilities, request);
  const { request: asked, dropped: unknown } = aid.dropsFields
    ? dropUnknownFields(capabilities, heard)
    : { request: heard, dropped: [] };
  const dropped = [...hints, ...unknown];
  const unfitFile = unfitContainer(capabilities, asked) ?? unfitBytes(capabilities, asked);
  const transcoding =
    unfitFile && aid.transcodes
      ? transcodingFor(capabilities, asked, durationSeconds, aid.transcodes.maxBytes)
      : undefined;
  const unfit =
    unfitTask(capabilities, asked) ??
    unfitField(capabilities, asked) ??
    unfitUrl(capabilities, asked, aid) ??
    (transcoding ? undefined : unfitFile) ??
    unfitDuration(capabilities, asked, durationSeconds);
  if (unfit) return { unfit };
  const format = planFormat(capabilities, asked);
  if (format.mode === 'refused') return { unfit: { param: format.param, explanation: format.explanation } };
  return { request: underTakenName(capabilities, asked), format, answerFormat, chained: false, dropped, transcoding };
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

function unfitContainer({ containers }: Capabilities, { audio, url }: TranscriptionRequest): Unfit | undefined {
  const { field: param = 'file', container } = audio;
  // What nobody has fetched, or nobody knows, may be anything.
  if (url !== undefined || !containers || !container) return undefined;
  if (sentExtension(container, undefined, containers) !== undefined) return undefined;
  const explanation = `it takes ${containers.join(', ')}, and this file is ${extensionsOf(container)[0] ?? container}`;
  return { param, explanation, isOfContainer: true };
}

/** Providers choose the decoder by the extension, so the file is called as the deployment calls such files. */
function underTakenName({ containers }: Capabilities, request: TranscriptionRequest): TranscriptionRequest {
  const { audio } = request;
  const filename = containers && takenName(audio, containers);
  return filename === undefined || filename === audio.filename || !audio.container
    ? request
    : { ...request, audio: renamed(audio, filename, mediaTypeOf(audio.container, extensionIn(filename))) };
}

/** Undefined where nobody knows what the bytes are in. */
function takenName({ container, filename }: AudioSource, taken: readonly string[]): string | undefined {
  const extension = extensionIn(filename);
  const sent = container && sentExtension(container, extension, taken);
  return sent && `${filename.slice(0, filename.length - extension.length)}${sent}`;
}

/** Of a name that has one, as every name of a recording in a known container has. */
function extensionIn(filename: string): string {
  return filename.slice(filename.lastIndexOf('.') + 1);
}

function unfitBytes({ max_bytes }: Capabilities, { audio, url }: TranscriptionRequest): Unfit | undefined {
  // What nobody has fetched cannot be measured.
  if (url !== undefined) return undefined;
  const { field: param = 'file' } = audio;
  if (max_bytes !== undefined && audio.sizeBytes > max_bytes) {
    return {
      param,
      explanation: `it takes files of at most ${max_bytes} bytes and this one has ${audio.sizeBytes}`,
      tooLarge: true,
    };
  }
  return undefined;
}

function unfitDuration(
  { max_duration_seconds }: Capabilities,
  { audio, url }: TranscriptionRequest,
  durationSeconds: number | undefined,
): Unfit | undefined {
  if (url !== undefined) return undefined;
  const { field: param = 'file' } = audio;
  if (max_duration_seconds !== undefined && durationSeconds !== undefined && durationSeconds > max_duration_seconds) {
    return {
      param,
      explanation: `it takes at most ${max_duration_seconds} seconds of audio and this file has ${durationSeconds.toFixed(1)}`,
      tooLarge: true,
    };
  }
  return undefined;
}
