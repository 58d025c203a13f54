import type { Clock } from './clock.js';

/** A key that is blocked is felt within a second, as everywhere. */
const WATCH_MS = 1_000;

/**
 * Asks again and again, while an answer goes on for long, whether whoever asked for it would still be let in.
 * @param onRefused called once, when not
 * @returns what ends it
 */
export function watchAdmission(
  isStillAdmitted: () => Promise<boolean>,
  clock: Pick<Clock, 'startTimer'>,
  onRefused: () => void,
): () => void {
  let hasEnded = false;
  let cancel: () => void = () => undefined;
  const wait = (): void => {
    cancel = clock.startTimer(WATCH_MS, () => void look());
  };
  const look = async (): Promise<void> => {
    const isAdmitted = await isStillAdmitted();
    if (hasEnded) return;
    if (isAdmitted) wait();
    else onRefused();
  };
  wait();
  return () => {
    hasEnded = true;
    cancel();
  };
}
