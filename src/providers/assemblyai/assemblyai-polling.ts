const FIRST_DELAY_MS = 1_000;
const GROWTH = 1.25;
const MAX_DELAY_MS = 5_000;

/**
 * How long to wait before each look at a job, in milliseconds, without end. AssemblyAI takes seconds for a short
 * recording and minutes for hours of audio. A wait is about a fifth of the time that has passed, so a result lies
 * there unseen for no longer than that, and never for more than five seconds; an hour of audio costs some twenty looks.
 */
export function* pollDelays(): Generator<number, never> {
  for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(MAX_DELAY_MS, delayMs * GROWTH)) yield Math.round(delayMs);
}
