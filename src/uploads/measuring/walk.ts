import type { DurationMethod } from '../../domain/duration-method.js';
import type { ByteWindow } from './byte-window.js';
import type { StepBudget } from './step-budget.js';

/** What a walk through a recording has found. */
export interface Walked {
  /** How long what was found plays; 0 = nothing was found that can be counted, which need not mean that there is nothing. */
  readonly seconds: number;
  readonly method: DurationMethod;
  /** The codec by a short name in lower case (`mp3`, `aac`, `opus`, `pcm`), where it is known. */
  readonly codec?: string;
}

/** What a walk finds in a file that certainly has no sound, not even silence: its request is refused. */
export const noSound: Walked = { seconds: 0, method: 'counted' };

/**
 * Walks through one kind of container, from the bytes and never from what a header declares of the whole. Holds no more memory for
 * a large file than for a small one.
 * @returns undefined where it is not that container, or one whose codec cannot be counted or timed
 * @throws EndOfBytes, TooManySteps, which the caller takes for an unknown duration: a walk that meets a cut returns what was there before
 */
export type Walk = (bytes: ByteWindow, steps: StepBudget) => Walked | undefined;
