import { isCredibleDuration } from '../domain/credible-duration.js';
import { ProviderError } from '../domain/errors.js';
import { needsTimes } from '../domain/format-plan.js';
import { mendTimes } from '../domain/mend-times.js';
import type { PreparedAnswer } from '../domain/prepared-answer.js';
import type { ReportedResult, TranscriptionRequest, TranscriptionResult } from '../domain/transcription.js';
import type { TranscriptionCandidate } from './candidates/transcription-candidate.js';
import type { Prepared } from './candidates/transcription-call.js';
import { synthesiseEvents } from './formats/event-stream.js';
import { renderAnswer } from './formats/render-answer.js';
import { segmentsOf } from './formats/segments.js';
import { omittedParts, redactTranscript } from './redaction/redact-transcript.js';
import type { Run } from './run.js';

type Facts = Pick<Run, 'request' | 'durationSeconds'> & Partial<Pick<Run, 'redactor'>>;

/**
 * What the client gets of a whole answer. One that gives no times for what was said, although the format needs them, becomes
 * one stretch from the start to the end of the recording, where its length is known: a flaw.
 * @throws ProviderError `bad_response` when the format cannot be made of it
 */
export function prepareAnswer(candidate: TranscriptionCandidate, reported: ReportedResult, run: Facts): Prepared {
  return prepareResult(candidate, understand(reported, run), run);
}

/**
 * As {@link prepareAnswer}, of a result that is understood, such as a {@link prepareTranscript} that has been translated.
 * @throws ProviderError `bad_response` when the format cannot be made of it
 */
export function prepareResult(
  candidate: TranscriptionCandidate,
  understood: TranscriptionResult,
  run: Pick<Facts, 'request' | 'redactor'>,
): Prepared {
  // What was left out for the deployment cannot be in its answer.
  const { include, granularities } = candidate.request;
  const request = { ...run.request, include, granularities, responseFormat: candidate.answerFormat };
  const redactor = run.redactor?.isInAnswer ? run.redactor : undefined;
  const result = redactor ? redactTranscript(understood, redactor) : understood;
  const omitted = redactor && omittedParts(understood, request);
  const make = request.stream && candidate.delivery === 'synthesised' ? makeEvents : makeWhole;
  try {
    return { result, omitted, answer: make(result, request) };
  } catch (error) {
    const whole = error instanceof ProviderError ? asOneStretch(result, request) : undefined;
    if (!whole) throw error;
    return { result, omitted, answer: make(whole, request), flaw: messageOf(error) };
  }
}

/**
 * A transcript that will be translated, with the times that the format needs.
 * @throws ProviderError `bad_response` when they are missing
 */
export function prepareTranscript(reported: ReportedResult, run: Facts): Prepared {
  const result = understand(reported, run);
  const { request } = run;
  if (!needsTimes(request.responseFormat)) return { result };
  try {
    segmentsOf(result);
    return { result };
  } catch (error) {
    const whole = asOneStretch(result, request);
    if (!whole) throw error;
    return { result: whole, flaw: messageOf(error) };
  }
}

/**
 * A transcript whose times are mended. The formats need a length; where the provider reports none that can be true, ours is as
 * good.
 */
export function understand(
  reported: ReportedResult,
  { request, durationSeconds }: Pick<Facts, 'request' | 'durationSeconds'>,
): TranscriptionResult {
  const { durationSeconds: told } = reported;
  const sizeBytes = request.url === undefined ? request.audio.sizeBytes : undefined;
  const isTrue = told !== undefined && isCredibleDuration(told, { measuredSeconds: durationSeconds, sizeBytes });
  const known = { ...reported, durationSeconds: isTrue ? told : durationSeconds };
  const isAgreed = isTrue && durationSeconds !== undefined && Math.abs(told - durationSeconds) <= 1;
  return mendTimes(known, isAgreed ? Math.max(told, durationSeconds) : believableEnd(known, durationSeconds));
}

/**
 * Where the recording ends, as far as only one knows: unless most of what was heard lies beyond that. Then the length is
 * what is wrong.
 */
function believableEnd(
  { durationSeconds: reported = 0, words = [], segments = [] }: ReportedResult,
  measured = 0,
): number | undefined {
  const endSeconds = Math.max(reported, measured);
  const heard = [...words, ...segments].flatMap((it) => it.endSeconds ?? []);
  const beyond = heard.filter((it) => it > endSeconds + 1);
  return endSeconds > 0 && beyond.length * 2 <= heard.length ? endSeconds : undefined;
}

function makeWhole(result: TranscriptionResult, request: TranscriptionRequest): PreparedAnswer {
  return { kind: 'whole', ...renderAnswer(result, request) };
}

function makeEvents(result: TranscriptionResult, request: TranscriptionRequest): PreparedAnswer {
  return { kind: 'events', events: synthesiseEvents(result, request) };
}

/** Who spoke, and when each word was spoken, is not to be made up. */
function asOneStretch(
  result: TranscriptionResult,
  { responseFormat, granularities }: Pick<TranscriptionRequest, 'responseFormat' | 'granularities'>,
): TranscriptionResult | undefined {
  const { text, durationSeconds } = result;
  if (responseFormat === 'diarized_json' || granularities.includes('word')) return undefined;
  if (durationSeconds === undefined) return undefined;
  return { ...result, words: undefined, segments: [{ text, startSeconds: 0, endSeconds: durationSeconds }] };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
