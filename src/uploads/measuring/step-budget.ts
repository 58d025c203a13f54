/** What a small file may take. The most that any of 431 honest files took is a fifth of it. */
const STEPS = 2_000_000;
/** One more for so many bytes: no codec has shorter packets in an honest file. */
const BYTES_PER_STEP = 16;

/** Thrown when a file takes more steps than any honest one does. */
export class TooManySteps extends Error {
  override readonly name = 'TooManySteps';
}

/**
 * How much work may be done for a file, counted and not timed: the same file is measured alike, and costs alike, on an idle and on a
 * busy machine.
 */
export class StepBudget {
  private left: number;

  /** @param steps beside those for its size */
  constructor(sizeBytes: number, steps = STEPS) {
    this.left = steps + Math.ceil(sizeBytes / BYTES_PER_STEP);
  }

  /** @throws TooManySteps */
  take(steps = 1): void {
    this.left -= steps;
    if (this.left < 0) throw new TooManySteps();
  }
}
