import { z } from 'zod';
import { hasEvents } from '../../domain/format-plan.js';
import type { PreparedAnswer } from '../../domain/prepared-answer.js';
import {
  responseFormats,
  timestampGranularities,
  type TranscriptionRequest,
  type TranscriptionResult,
} from '../../domain/transcription.js';
import { usageSchema } from '../../domain/usage.js';
import type { AnsweringDeployment } from '../../http/door.js';
import { synthesiseEvents } from '../formats/event-stream.js';
import { renderAnswer } from '../formats/render-answer.js';
import { formOf, type AskedForm } from './answer-form.js';

/** An answer that can be given again: what was understood, not what was sent. */
export interface CachedAnswer {
  /** The request that was answered with it first. */
  readonly requestId: string;
  /** Who answered. */
  readonly deployment: AnsweringDeployment;
  /** Name of the form that was asked for; see {@link formOf}. */
  readonly form: string;
  /** The form in which it was given, which is another where the deployment could not honour the one asked for. */
  readonly given: AskedForm;
  /** What the client was told of it. */
  readonly warnings: readonly string[];
  readonly result: TranscriptionResult;
}

const time = z.number().nonnegative();
const speaker = z.string().optional();
const number = z.number().optional();

const storedSchema = z.object({
  request_id: z.uuid(),
  deployment: z.object({ id: z.string(), model: z.string(), provider: z.string(), upstream_model: z.string() }),
  form: z.string(),
  given: z.object({
    response_format: z.enum(responseFormats),
    granularities: z.array(z.enum(timestampGranularities)),
    include: z.array(z.literal('logprobs')),
  }),
  warnings: z.array(z.string()),
  result: z.object({
    text: z.string(),
    language: z.string().optional(),
    duration_seconds: number,
    segments: z
      .array(
        z.object({
          text: z.string(),
          startSeconds: time,
          endSeconds: time,
          speaker,
          seek: number,
          tokens: z.array(z.number()).optional(),
          temperature: number,
          avgLogprob: number,
          compressionRatio: number,
          noSpeechProb: number,
        }),
      )
      .optional(),
    words: z.array(z.object({ word: z.string(), startSeconds: time, endSeconds: time, speaker })).optional(),
    logprobs: z
      .array(z.object({ token: z.string().optional(), logprob: number, bytes: z.array(z.number()).optional() }))
      .optional(),
    provider_data: z.record(z.string(), z.unknown()).optional(),
    usage: usageSchema.optional(),
    native: z.object({ format: z.enum(responseFormats), content_type: z.string(), body: z.base64() }).optional(),
  }),
});

/** The bytes that are stored. */
export function encodeAnswer({ requestId, deployment, form, given, warnings, result }: CachedAnswer): Buffer {
  const { native } = result;
  const stored = {
    request_id: requestId,
    deployment: {
      id: deployment.id,
      model: deployment.model,
      provider: deployment.provider,
      upstream_model: deployment.upstreamModel,
    },
    form,
    given: {
      response_format: given.responseFormat,
      granularities: [...given.granularities],
      include: [...given.include],
    },
    warnings: [...warnings],
    // Without what was billed: whoever gets it again is not billed.
    result: {
      text: result.text,
      language: result.language,
      duration_seconds: result.durationSeconds,
      segments: result.segments,
      words: result.words,
      logprobs: result.logprobs,
      provider_data: result.providerData,
      usage: result.usage,
      native: native && {
        format: native.format,
        content_type: native.contentType,
        body: native.body.toString('base64'),
      },
    },
  };
  return Buffer.from(JSON.stringify(stored));
}

/** The answer that was stored; undefined where the bytes are damaged, or of a version that is not understood. */
export function decodeAnswer(bytes: Uint8Array): CachedAnswer | undefined {
  const { data } = storedSchema.safeParse(parse(bytes));
  if (!data) return undefined;
  const { deployment, given } = data;
  const { duration_seconds: durationSeconds, provider_data: providerData, native, ...result } = data.result;
  return {
    requestId: data.request_id,
    deployment: {
      id: deployment.id,
      model: deployment.model,
      provider: deployment.provider,
      upstreamModel: deployment.upstream_model,
    },
    form: data.form,
    given: { responseFormat: given.response_format, granularities: given.granularities, include: given.include },
    warnings: data.warnings,
    result: {
      ...result,
      durationSeconds,
      providerData,
      native: native && {
        format: native.format,
        contentType: native.content_type,
        body: Buffer.from(native.body, 'base64'),
      },
    },
  };
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** A kept answer in the form that a request asks for. */
export interface CacheHit {
  readonly kept: CachedAnswer;
  readonly answer: PreparedAnswer;
  /** Why it does not come as events although the client asked for them; absent where it does, or nobody asked. */
  readonly notStreamed?: string;
}

/**
 * Makes what the client gets of a kept answer: the same as the one before where the form is the same, else from what was
 * understood; whole or as events, as it asks.
 * @returns undefined when it cannot be made
 */
export function hitOf(kept: CachedAnswer, request: TranscriptionRequest): CacheHit | undefined {
  const isSame = kept.form === formOf(request);
  const asked = isSame ? { ...request, ...kept.given } : request;
  // The provider's own body has what was asked for then, no more and no less.
  const result = isSame ? kept.result : { ...kept.result, native: undefined };
  const { responseFormat: format } = asked;
  try {
    if (request.stream && hasEvents(format))
      return { kept, answer: { kind: 'events', events: synthesiseEvents(result, asked) } };
    const answer: PreparedAnswer = { kind: 'whole', ...renderAnswer(result, asked) };
    return { kept, answer, ...(request.stream && { notStreamed: `${format} has no event form` }) };
  } catch {
    return undefined;
  }
}
