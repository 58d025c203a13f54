import { SqlConnection } from '../../src/database/sql-connection.js';
import { encodeLog } from '../../src/ledger/entry/ledger-record.js';
import type { LogEntry } from '../../src/ledger/entry/log-entry.js';
import { LedgerRepository } from '../../src/ledger/writer/ledger.repository.js';

/** Writes logs as the gateway does, without requests. */
export class LedgerRows {
  private readonly repository: LedgerRepository;

  constructor(databaseUrl: string) {
    this.repository = new LedgerRepository(
      new SqlConnection(databaseUrl, { connectMs: 60_000, statementMs: 60_000 }, 'test'),
    );
  }

  /** Writes one batch; what is there already changes nothing. @returns how many were new */
  async append(entries: readonly LogEntry[]): Promise<number> {
    return (await this.repository.append(entries.map(encodeLog))).written;
  }

  close(): void {
    this.repository.onApplicationShutdown();
  }
}
