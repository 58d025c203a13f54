import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import type { LogEntry } from './log-entry.js';
import { LedgerRepository } from './ledger.repository.js';
import { TranscriptPolicy } from './transcript-policy.js';

const BATCH_SIZE = 200;
/** Rows that may wait for the database; when it is full the gateway refuses new requests rather than lose a row. */
const MAX_WAITING = 10_000;
const MAX_BACKOFF_MS = 5000;
/** How long the last flush may take when the gateway stops. */
const SHUTDOWN_FLUSH_MS = 10_000;

/**
 * Writes logs to the ledger behind the requests' back: appending only queues, one writer at a time sends batches, and
 * while the database is away they wait in memory.
 */
@Injectable()
export class LedgerWriter implements BeforeApplicationShutdown {
  private readonly logger = new Logger(LedgerWriter.name);
  private readonly waiting: LogEntry[] = [];
  private readonly stopped = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    private readonly repository: LedgerRepository,
    private readonly transcripts: TranscriptPolicy,
  ) {}

  /** Whether so many rows wait for the database that no more should be promised. */
  get isFull(): boolean {
    return this.waiting.length >= MAX_WAITING;
  }

  append(entry: LogEntry): void {
    this.waiting.push(this.transcripts.applyTo(entry));
    this.start();
  }

  /** Resolves when every row appended so far is in the database; keeps waiting while the database is away. */
  async flush(): Promise<void> {
    if (this.waiting.length > 0) this.start();
    await this.running;
  }

  /** Writes what is waiting; rows that the database does not take in time go to the process log. */
  async beforeApplicationShutdown(): Promise<void> {
    const timer = setTimeout(() => this.stopped.abort(), SHUTDOWN_FLUSH_MS);
    await this.flush();
    clearTimeout(timer);
    this.giveUp(this.waiting.splice(0));
  }

  private start(): void {
    this.running ??= this.drain().finally(() => {
      this.running = undefined;
    });
  }

  private async drain(): Promise<void> {
    let backoffMs = 100;
    let batchSize = BATCH_SIZE;
    while (this.waiting.length > 0 && !this.stopped.signal.aborted) {
      const batch = this.waiting.slice(0, batchSize);
      try {
        await this.repository.append(batch);
        this.waiting.splice(0, batch.length);
        backoffMs = 100;
        batchSize = BATCH_SIZE;
      } catch (error) {
        this.logger.error({ err: error, waiting: this.waiting.length }, 'the ledger cannot be written, trying again');
        if (this.repository.isRefusal(error)) {
          // A row is at fault: find it, and let it not hold up the others.
          if (batch.length === 1) this.giveUp(this.waiting.splice(0, 1));
          batchSize = 1;
          continue;
        }
        await delay(backoffMs, undefined, { signal: this.stopped.signal }).catch(() => undefined);
        backoffMs = Math.min(backoffMs * 2, MAX_BACKOFF_MS);
      }
    }
  }

  /** The process log is the last place that can keep a row. Transcripts stay out of it. */
  private giveUp(entries: readonly LogEntry[]): void {
    for (const { transcript: _, ...row } of entries) {
      this.logger.error({ row: JSON.stringify(row, bigintAsText) }, 'this log could not be written');
    }
  }
}

function bigintAsText(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
