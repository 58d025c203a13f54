import type { LedgerState } from './ledger.writer.js';

/** Logs are in the database within a second; one that has waited longer than this waits for something. */
const BEHIND_MS = 30_000;

/** How the ledger does: `behind` = a log has waited for the database for long, `full` = no more can be kept. */
export function standingOf({ isFull, oldestWaitingMs }: Pick<LedgerState, 'isFull' | 'oldestWaitingMs'>) {
  if (isFull) return 'full';
  return oldestWaitingMs > BEHIND_MS ? 'behind' : 'ok';
}
