import { Injectable, Logger } from '@nestjs/common';
import type { LogEntry } from '../entry/log-entry.js';
import type { LostLog } from './lost-log.js';
import type { PassedBudget } from './settle-budgets.js';

/** A log as others may see it when its request has ended: without what was said, asked or answered. */
export type FinishedLog = Omit<LogEntry, 'transcript' | 'question'>;

/** Rows that were written to the database together. */
export interface WrittenBatch {
  readonly rows: number;
  readonly durationMs: number;
}

/** Who wants to know what becomes of logs. Called on the request path: what it does has to be short. */
export interface LedgerListener {
  /** A request has ended; called once for each. */
  onLog?(log: FinishedLog): void;
  /**
   * The log of a request that was lost with an earlier process is in the database; called once for each, by whoever has written
   * it, and not at all where the database's answer to that did not arrive.
   */
  onLost?(log: LostLog): void;
  /** Logs were settled in budgets of which more is spent than the soft limit, or all; told after every batch in which some were. */
  onPassed?(budgets: readonly PassedBudget[]): void;
  /** A batch is in the database. */
  onBatch?(batch: WrittenBatch): void;
}

/** Tells those who listen what becomes of logs, so that the ledger need not know them. */
@Injectable()
export class LedgerListeners {
  private readonly logger = new Logger(LedgerListeners.name);
  private readonly listeners: LedgerListener[] = [];

  add(listener: LedgerListener): void {
    this.listeners.push(listener);
  }

  finished(log: FinishedLog): void {
    this.tell((listener) => listener.onLog?.(log));
  }

  lost(log: LostLog): void {
    this.tell((listener) => listener.onLost?.(log));
  }

  passed(budgets: readonly PassedBudget[]): void {
    this.tell((listener) => listener.onPassed?.(budgets));
  }

  wrote(batch: WrittenBatch): void {
    this.tell((listener) => listener.onBatch?.(batch));
  }

  /** Whoever only listens must not keep a log from the ledger. */
  private tell(call: (listener: LedgerListener) => void): void {
    for (const listener of this.listeners) {
      try {
        call(listener);
      } catch (error) {
        this.logger.error({ err: error }, 'a listener of the ledger has failed');
      }
    }
  }
}
