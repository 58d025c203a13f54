import type { TranscriptionResult } from '../domain/transcription.js';
import type { TranscriptionCandidate } from './candidates/transcription-candidate.js';

/** What was left out of the request for the deployment: nothing is dropped silently, not even by request. */
export function warningsOfDropped({ deployment, dropped }: TranscriptionCandidate): readonly string[] {
  if (dropped.length === 0) return [];
  const { provider, upstreamModel } = deployment;
  return [`not applied, because ${provider}/${upstreamModel} does not know it: ${dropped.join(', ')}`];
}

/** What an answer lacks because it cannot be masked. */
export function warningsOfOmitted(omitted: readonly string[] = []): readonly string[] {
  return omitted.length === 0 ? [] : [`left out, because it cannot be masked: ${omitted.join(', ')}`];
}

/** Shorter recordings are often silent. */
const LONG_SECONDS = 10;

/** An empty transcript is right where nobody speaks; of a long recording it is worth a look. */
export function warningsOfSilence({
  text,
  durationSeconds = 0,
}: Pick<TranscriptionResult, 'text' | 'durationSeconds'>): readonly string[] {
  if (text.trim() !== '' || durationSeconds < LONG_SECONDS) return [];
  return [`the provider heard nothing in ${Math.round(durationSeconds)} s of audio`];
}
