import type { EncodedLog } from '../entry/ledger-record.js';

/** Logs that the journal on disk holds. */
export interface JournalledRows {
  /** Each as it would be written, in any order; one may come more than once. */
  readonly rows: AsyncIterable<EncodedLog>;
  /** Whether no gateway writes them, so that somebody else may. */
  readonly isFree: boolean;
}
