import { z } from 'zod';
import { placeInOrder } from '../../domain/place-in-order.js';
import type { Json } from '../../domain/request-metadata.js';
import type { SpokenSegment } from '../../domain/transcription.js';

/** More than a day of speech has. */
const MAX_SEGMENTS = 20_000;
/** As JSON. */
const MAX_LENGTH = 1_048_576;
const MAX_SPEAKER_LENGTH = 200;
const MAX_SECONDS = 1e9;

/**
 * Why a log has no segments: no transcript is kept either; nothing told when anything was said; what told it has other words
 * than the transcript; they would be too many; or nobody knows, because another version of the gateway has kept the transcript.
 */
export const missingSegments = ['not_kept', 'no_times', 'not_in_text', 'too_large', 'unknown'] as const;
export type MissingSegments = (typeof missingSegments)[number];

/**
 * What is kept of segments: of each its start and end in seconds, how many UTF-16 units of the transcript are its, from the end
 * of the one before, and its speaker. They hold no words of their own, so whatever the transcript does not have they do not have
 * either, and they cannot be read without it. Where they cannot be kept, the reason.
 * @param transcript as it is stored
 * @param spoken null where nothing tells what was said when
 */
export function keptSegments(transcript: string, spoken: readonly SpokenSegment[] | null): Json {
  const said = spoken?.filter(({ text }) => text.trim() !== '') ?? [];
  if (said.length === 0 && (spoken === null || transcript.trim() !== '')) return 'no_times' satisfies MissingSegments;
  if (said.length > MAX_SEGMENTS) return 'too_large' satisfies MissingSegments;
  const places = placeInOrder(
    transcript,
    said.map(({ text }) => text),
  );
  if (!places) return 'not_in_text' satisfies MissingSegments;
  const kept = said.map(({ startSeconds, endSeconds, speaker }, index) => {
    const start = seconds(startSeconds);
    const length = (places[index]?.end ?? 0) - (places[index - 1]?.end ?? 0);
    const times = [start, Math.max(start, seconds(endSeconds)), length];
    return speaker === undefined ? times : [...times, speaker.slice(0, MAX_SPEAKER_LENGTH).toWellFormed()];
  });
  return JSON.stringify(kept).length > MAX_LENGTH ? ('too_large' satisfies MissingSegments) : kept;
}

/** To the millisecond. */
function seconds(value: number): number {
  return Number.isNaN(value) ? 0 : Math.round(1000 * Math.min(Math.max(value, 0), MAX_SECONDS)) / 1000;
}

const keptSchema = z.array(
  z.tuple([z.number().nonnegative(), z.number().nonnegative(), z.int().nonnegative(), z.string().optional()]),
);
const reasonSchema = z.enum(missingSegments);

/**
 * The segments of a transcript, or why there are none.
 * @param stored what {@link keptSegments} has made of them; null in rows of versions that did not keep them
 */
export function segmentsIn(
  transcript: string | null,
  stored: unknown,
): { readonly segments: readonly SpokenSegment[] } | { readonly missing: MissingSegments } {
  if (transcript === null) return { missing: 'not_kept' };
  const { data: kept } = keptSchema.safeParse(stored);
  if (!kept) return { missing: reasonSchema.safeParse(stored).data ?? 'unknown' };
  let end = 0;
  const segments = kept.map(([startSeconds, endSeconds, length, speaker]) => {
    const start = end;
    end += length;
    return { text: transcript.slice(start, end).trim(), startSeconds, endSeconds, speaker };
  });
  // Whoever has edited the transcript has not edited these.
  return transcript.slice(end).trim() === '' && end <= transcript.length ? { segments } : { missing: 'unknown' };
}
