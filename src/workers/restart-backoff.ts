const FIRST_MS = 1000;
const LONGEST_MS = 30_000;
/** Who has served for so long has not failed for the reason of the time before. */
const HEALTHY_MS = 60_000;

/** How long is waited before a process that has ended is started again: a second, twice as long each time, half a minute at most. */
export class RestartBackoff {
  private failures = 0;

  /** @param servedMs how long the process has served before it ended; 0 = it has not come to it */
  nextMs(servedMs: number): number {
    if (servedMs >= HEALTHY_MS) this.failures = 0;
    const waitMs = Math.min(FIRST_MS * 2 ** this.failures, LONGEST_MS);
    this.failures += 1;
    return waitMs;
  }
}
