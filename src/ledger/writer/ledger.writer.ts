import { setTimeout as delay } from 'node:timers/promises';
import { isNativeError } from 'node:util/types';
import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { ZodError } from 'zod';
import { SETTINGS } from '../../config/config.module.js';
import type { Settings } from '../../config/settings.schema.js';
import { databaseUnavailable } from '../../database/database-errors.js';
import { GatewayError } from '../../domain/errors.js';
import { encodeLog, type EncodedLog } from '../entry/ledger-record.js';
import type { LogEntry } from '../entry/log-entry.js';
import { TranscriptPolicy } from '../entry/transcript-policy.js';
import { JournalFollower, type Batch } from '../journal/journal-follower.js';
import { Journal } from '../journal/journal.js';
import type { Damage } from '../journal/segment-reader.js';
import { LedgerListeners } from './ledger-listeners.js';
import { LedgerRepository, type Appended } from './ledger.repository.js';
import { reducedLog } from './reduced-log.js';

const BATCH = { logs: 200, size: 4 * 1024 * 1024 };
/** What a batch shrinks to, by halves, while the database fails: it may be too slow for more. */
const SMALLEST_PART = 10;
const MIN_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 5000;
/** How long the last flush may take when the gateway stops. */
const SHUTDOWN_FLUSH_MS = 10_000;
/** Logs that the journal did not take are held in memory: as many. */
const MAX_UNJOURNALLED = 10_000;
/** A statement costs more than what is in it: after a small batch the next ones are gathered, unless somebody waits for them. */
const GATHER = { logs: 100, forMs: 50 };
/** How often it is looked whether the journal has a segment to leave. */
const IDLE_MS = 2000;

/** How the ledger stands. */
export interface LedgerState {
  /** Logs of this process that are not in the database yet. */
  readonly waitingRecords: number;
  /** For how long those that are being written have been tried; 0 = none are. */
  readonly oldestWaitingMs: number;
  /** What the journal takes on the disk. */
  readonly journalBytes: number;
  /** Whether requests are refused, because they could not be recorded. */
  readonly isFull: boolean;
  /** Whether the database did not take the last batch. */
  readonly databaseAway: boolean;
  /** Since the start: batches and logs that were written, logs that were cut down or refused, damaged stretches. */
  readonly batches: number;
  readonly writtenRecords: number;
  readonly reducedRecords: number;
  readonly refusedRecords: number;
  readonly damagedRecords: number;
}

/**
 * Keeps logs: in the journal before their requests are answered to the end, and behind their back in the database, in batches.
 * While the database is away the journal grows, and is read again from the disk.
 */
@Injectable()
export class LedgerWriter implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(LedgerWriter.name);
  private readonly follower: JournalFollower;
  /** Logs that the journal did not take. */
  private unjournalled: EncodedLog[] = [];
  private readonly stopped = new AbortController();
  private running: Promise<void> | undefined;
  /** Ends the wait for something to write. */
  private wake: () => void = () => undefined;
  /** Ends the gathering of what is written next. */
  private hurry: () => void = () => undefined;
  /** Whether something has been appended since it was last looked. */
  private hasNews = false;
  private isStopping = false;
  private isUnreadable = false;
  /** Whether it was told that the journal cannot be tidied. */
  private isUntidy = false;
  private databaseAway = false;
  /** Logs of this process: how many there are, and how many of them have been written or set aside. */
  private appended = 0;
  private settled = 0;
  /** Whom to tell when so many are settled. */
  private readonly reached = new Map<() => void, number>();
  private writingSince: number | undefined;
  private readonly counts = { batches: 0, writtenRecords: 0, reducedRecords: 0, refusedRecords: 0, damagedRecords: 0 };

  constructor(
    private readonly journal: Journal,
    private readonly repository: LedgerRepository,
    private readonly transcripts: TranscriptPolicy,
    private readonly listeners: LedgerListeners,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'ledger_mode' | 'database_timeout_seconds'>,
  ) {
    this.follower = new JournalFollower(journal, {
      onDamage: (damage) => {
        this.setAside(damage);
      },
      onUnreadable: (path, error) => {
        this.isUnreadable = true;
        this.logger.error({ err: error, path }, 'the journal cannot be read');
      },
    });
  }

  /** What an earlier process has left is written without anybody waiting for it. */
  onApplicationBootstrap(): void {
    const segments = this.journal.earlier.flatMap((boot) => boot.segments);
    if (segments.length > 0) {
      const bytes = segments.reduce((sum, it) => sum + it.bytes, 0);
      this.logger.log(
        { segments: segments.length, bytes },
        'what an earlier process has left in the journal is written',
      );
    }
    this.running = this.follow();
  }

  /** Whether no further request should be promised a record. */
  get isFull(): boolean {
    const isDirectAndAway = this.settings.ledger_mode === 'direct' && this.databaseAway;
    return this.journal.isFull || this.unjournalled.length >= MAX_UNJOURNALLED || isDirectAndAway;
  }

  get state(): LedgerState {
    return {
      waitingRecords: this.appended - this.settled,
      oldestWaitingMs: this.writingSince === undefined ? 0 : Math.max(Date.now() - this.writingSince, 0),
      journalBytes: this.journal.bytes,
      isFull: this.isFull,
      databaseAway: this.databaseAway,
      ...this.counts,
    };
  }

  /** Whether what is said and answered is kept at all. */
  get keepsTranscripts(): boolean {
    return this.transcripts.isKept;
  }

  /**
   * A request is about to be sent to a provider. Should this process be killed before `append` is called for it, the log is
   * found in the journal by the next one.
   * @param lost its log, should it be lost
   * @throws GatewayError 503 when that cannot be recorded
   */
  async open(lost: LogEntry): Promise<void> {
    try {
      await this.journal.open(encodeLog(this.transcripts.applyTo(lost)));
    } catch (error) {
      this.logger.error({ err: error }, 'the journal cannot be written');
      throw cannotRecord(error);
    }
  }

  /**
   * A request has ended. Its log is safe from the end of this process when this resolves, and in the mode `direct` from that of this
   * node: it is in the database, or the database has refused it.
   * @throws GatewayError 503 in that mode, when the database does not take it in time; it goes on being tried
   */
  async append(entry: LogEntry): Promise<void> {
    await this.keep(entry);
    if (this.settings.ledger_mode === 'journal') return;
    const target = this.appended;
    await this.catchUp(1000 * this.settings.database_timeout_seconds).catch(() => undefined);
    if (this.settled < target) throw cannotRecord();
  }

  private async keep(entry: LogEntry): Promise<void> {
    this.listeners.finished(entry);
    const log = encodeLog(this.transcripts.applyTo(entry));
    this.appended += 1;
    try {
      await this.journal.close(log);
    } catch (error) {
      this.logger.error({ err: error, id: log.id }, 'the journal cannot be written: a log is held in memory');
      this.unjournalled.push(log);
      this.journal.forget(log.id);
    }
    this.hasNews = true;
    this.wake();
  }

  /**
   * Resolves when every log that has been appended by now is in the database, or after the given time when some are.
   * @throws GatewayError 503 when none is by then
   */
  async catchUp(patienceMs: number): Promise<void> {
    if (this.settled === this.appended) return;
    const before = this.settled;
    const patience = new AbortController();
    const reached = new Promise<void>((resolve) => this.reached.set(resolve, this.appended));
    this.wake();
    this.hurry();
    await Promise.race([reached, delay(patienceMs, undefined, patience).catch(() => undefined)]);
    patience.abort();
    if (this.settled === before && this.databaseAway) throw databaseUnavailable('the ledger cannot be written');
  }

  /** Writes what is waiting, as far as that goes in time; the rest stays in the journal for the next start. */
  async beforeApplicationShutdown(): Promise<void> {
    const timer = setTimeout(() => this.stopped.abort(), SHUTDOWN_FLUSH_MS);
    const gaveUp = new Promise((resolve) => this.stopped.signal.addEventListener('abort', resolve));
    this.isStopping = true;
    this.wake();
    this.hurry();
    // A database that is frozen does not even refuse.
    await Promise.race([this.running, gaveUp]);
    clearTimeout(timer);
    for (const { id } of this.unjournalled) this.logger.error({ id }, 'this log could be kept nowhere');
    await this.journal.shut();
    // What has been read to its end goes; after an outage there is more, which stays for the next start.
    if (!this.stopped.signal.aborted) await this.follower.next(BATCH);
    await this.follower.close();
  }

  private async follow(): Promise<void> {
    for (;;) {
      this.hasNews = false;
      this.isUnreadable = false;
      const known = this.appended;
      const batch = this.nextUnjournalled() ?? (await this.follower.next(BATCH));
      if (batch) {
        if (!(await this.write(batch))) return;
        batch.settle();
        this.settle(this.settled + batch.own);
        if (batch.logs.length < GATHER.logs) await this.gather();
        continue;
      }
      // All that was there has been read, also what turned out to be damaged.
      if (!this.isUnreadable) this.settle(known);
      if (this.isStopping) return;
      this.tidy();
      await this.news();
    }
  }

  /** What comes meanwhile is one batch. */
  private async gather(): Promise<void> {
    if (this.isStopping || this.reached.size > 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, GATHER.forMs).unref();
      this.hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Leaves what has been written to its end. */
  private tidy(): void {
    try {
      this.journal.tidy();
      this.isUntidy = false;
    } catch (error) {
      if (!this.isUntidy) this.logger.error({ err: error }, 'a file of the journal that is done with cannot be left');
      this.isUntidy = true;
    }
  }

  /** Something to write, or the time to look again. */
  private async news(): Promise<void> {
    if (this.hasNews || this.isStopping) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, IDLE_MS).unref();
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private nextUnjournalled(): Batch | undefined {
    const logs = this.unjournalled.slice(0, BATCH.logs);
    if (logs.length === 0) return undefined;
    return { logs, own: logs.length, settle: () => this.unjournalled.splice(0, logs.length) };
  }

  /** Tries until all of the batch is written or set aside. @returns false when the gateway stops before that */
  private async write({ logs }: Batch): Promise<boolean> {
    let backoffMs = MIN_BACKOFF_MS;
    let size = logs.length;
    for (let rest = logs; rest.length > 0;) {
      if (this.stopped.signal.aborted) return false;
      const part = rest.slice(0, size);
      try {
        // Not since their requests began, which may have taken minutes by themselves.
        this.writingSince ??= Date.now();
        await this.store(part);
        this.tellDatabase(undefined);
        this.writingSince = undefined;
        rest = rest.slice(part.length);
        backoffMs = MIN_BACKOFF_MS;
      } catch (error) {
        this.tellDatabase(error);
        size = Math.max(Math.ceil(size / 2), Math.min(SMALLEST_PART, size));
        await delay(backoffMs, undefined, { signal: this.stopped.signal }).catch(() => undefined);
        backoffMs = Math.min(backoffMs * 2, MAX_BACKOFF_MS);
      }
    }
    return true;
  }

  /** @throws the database's error, when it is not about what the logs hold */
  private async store(logs: readonly EncodedLog[]): Promise<void> {
    try {
      const startedAt = performance.now();
      this.appendedToDatabase(await this.repository.append(logs));
      this.counts.batches += 1;
      this.listeners.wrote({ rows: logs.length, durationMs: performance.now() - startedAt });
    } catch (error) {
      if (!this.repository.isRefusal(error)) throw error;
      const [first] = logs;
      if (!first) return;
      if (logs.length === 1) {
        await this.reduce(first, error);
        return;
      }
      // A log is at fault: find it by halves, and let it not hold up the others.
      const half = Math.ceil(logs.length / 2);
      await this.store(logs.slice(0, half));
      await this.store(logs.slice(half));
    }
  }

  private appendedToDatabase({ written, lost, passedBudgets }: Appended): void {
    this.counts.writtenRecords += written;
    if (passedBudgets.length > 0) this.listeners.passed(passedBudgets);
    for (const log of lost) this.listeners.lost(log);
  }

  private async reduce(log: EncodedLog, refusal: unknown): Promise<void> {
    const reason = wordsOf(refusal);
    try {
      this.appendedToDatabase(await this.repository.append([reducedLog(log, reason)]));
      this.counts.reducedRecords += 1;
      this.logger.error({ reason, id: log.id }, 'the database refuses a log: it was written without its content');
    } catch (error) {
      if (!this.repository.isRefusal(error) && !(error instanceof ZodError)) throw error;
      this.journal.refuse(log);
      this.counts.refusedRecords += 1;
      this.logger.error(
        { reason: wordsOf(error), id: log.id },
        'the database refuses a log: it was set aside in refused.log',
      );
    }
  }

  private setAside(damage: Damage): void {
    const { path, offset, bytes } = damage;
    this.counts.damagedRecords += 1;
    try {
      this.journal.setAside(damage);
      this.logger.error({ path, offset, bytes: bytes.length }, 'damage in the journal was set aside in damaged.log');
    } catch (error) {
      this.logger.error(
        { err: error, path, offset, bytes: bytes.length },
        'damage in the journal could not be set aside',
      );
    }
  }

  /** So many logs of this process are settled. */
  private settle(count: number): void {
    this.settled = Math.max(this.settled, count);
    for (const [resolve, target] of this.reached) {
      if (target > this.settled) continue;
      this.reached.delete(resolve);
      resolve();
    }
  }

  /** Once when it goes, and once when it is back. */
  private tellDatabase(error: unknown): void {
    const isAway = error !== undefined;
    if (isAway && !this.databaseAway) {
      this.logger.error(
        { reason: wordsOf(error), ...this.state },
        'the ledger cannot be written to the database, trying again',
      );
    }
    if (!isAway && this.databaseAway) this.logger.log(this.state, 'the ledger is written to the database again');
    this.databaseAway = isAway;
  }
}

/** The message alone: of a row that it refuses, PostgreSQL's error also has what is in it. */
function wordsOf(error: unknown): string {
  return isNativeError(error) ? error.message : String(error);
}

/** 503: what cannot be recorded is not served. */
export function cannotRecord(cause?: unknown): GatewayError {
  return new GatewayError({
    status: 503,
    message: 'The gateway cannot record requests at the moment. Please try again later.',
    type: 'server_error',
    code: 'ledger_unavailable',
    headers: { 'retry-after': '5' },
    cause,
  });
}
