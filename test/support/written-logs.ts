import { encodeLog } from '../../src/ledger/entry/ledger-record.js';
import type { LogEntry } from '../../src/ledger/entry/log-entry.js';
import { LedgerRepository } from '../../src/ledger/writer/ledger.repository.js';
import type { TestGateway } from './gateway.js';

/** Writes logs into the ledger of a gateway in this process, in one batch and without requests. */
export async function writeLogs({ app }: Pick<TestGateway, 'app'>, ...entries: readonly LogEntry[]): Promise<void> {
  await app.get(LedgerRepository).append(entries.map(encodeLog));
}
