import { measureAudio } from '../measuring/measure-audio.js';
import { StepBudget } from '../measuring/step-budget.js';
import type { AudioContainerName } from '../../domain/audio-container.js';
import type { Inspected } from './inspect-upload.js';

/** Headers that are read of it, about five steps each; and so it takes some microseconds. */
const MAX_STEPS = 64 * 5;

/** Files of bare samples behind a header, by their first bytes and those from the eighth on. */
const MAGICS: readonly { readonly first: string; readonly eighth: string; readonly container: AudioContainerName }[] = [
  { first: 'RIFF', eighth: 'WAVE', container: 'wav' },
  { first: 'FORM', eighth: 'AIFF', container: 'aiff' },
  { first: 'FORM', eighth: 'AIFC', container: 'aiff' },
];

/**
 * Looks into a file of bare samples without a thread: the header tells it all.
 * @returns undefined where it is none, or where more than its header must be read
 */
export function inspectPlainPcm(pieces: readonly Buffer[], sizeBytes: number): Inspected | undefined {
  const [head] = pieces;
  if (!head) return undefined;
  const [first, eighth] = [head.toString('latin1', 0, 4), head.toString('latin1', 8, 12)];
  const container = MAGICS.find((it) => it.first === first && it.eighth === eighth)?.container;
  if (!container) return undefined;
  try {
    const measure = measureAudio(pieces, sizeBytes, container, new StepBudget(0, MAX_STEPS));
    // A thread may take more steps, and so it has the last word.
    return measure.kind === 'unknown' ? undefined : { container, measure };
  } catch {
    // A thread meets it again, and tells the process log.
    return undefined;
  }
}
