import type { ByteRun } from '../byte-run.js';
import type { StepBudget } from '../step-budget.js';
import type { Walked } from '../walk.js';
import { ac3 } from './ac3.js';
import { adts } from './adts.js';
import { countFrames } from './frame-walk.js';
import { countMpegAudio } from './mpeg-audio.js';

/**
 * Adds up the frames of MPEG audio, AAC or AC-3, whichever it is.
 * @param runOf the bytes from their beginning, for each attempt
 * @returns undefined where there are none
 */
export function countAnyFrames(runOf: () => ByteRun, steps: StepBudget): Walked | undefined {
  return countMpegAudio(runOf(), steps) ?? countFrames(runOf(), steps, adts) ?? countFrames(runOf(), steps, ac3);
}
