import { Inject, Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { CLOCK, type Clock } from '../../http/clock.js';
import { firstIdAt } from '../../http/request-id.js';
import { FIRST_ID, OutlivedRepository, type Batch, type DeletedBatch } from './outlived.repository.js';
import { retentionScopes, type RetentionScope } from './retention-scope.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** How long after work that did not succeed it is tried again. */
const RETRY_MS = 60_000;
/** Logs in one batch: some tens of milliseconds. */
const BATCH = 500;
/** A journal that is older than this is nobody's any more. */
const ERASURES_DAYS = 400;

/** What a run has come to. */
export interface RetentionRun {
  readonly logs: number;
  readonly transcripts: number;
  /** Whether nothing is left that should be gone. */
  readonly isDone: boolean;
}

/**
 * Deletes what has outlived the days of its key, its team or the gateway, once an hour, in batches: logs and transcripts. One
 * gateway at a time does so; the others come by later. Whole months are the ledger keeper's.
 */
@Injectable()
export class RetentionKeeper implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(RetentionKeeper.name);
  private cancel: () => void = () => undefined;
  private running: Promise<void> | undefined;
  private isStopped = false;
  private readonly counts = { logs: 0, transcripts: 0 };
  /** How far transcripts have been looked through, by scope, since they were looked through from the beginning. */
  private readonly places = new Map<string, string>();
  private isFromBeginningAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly repository: OutlivedRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** What this process has deleted since its start. */
  get deleted(): Readonly<Record<'logs' | 'transcripts', number>> {
    return this.counts;
  }

  /** Beside the start, which does not wait for it. */
  onModuleInit(): void {
    this.start();
  }

  /** Ends after the batch that is under way. */
  async onModuleDestroy(): Promise<void> {
    this.isStopped = true;
    this.cancel();
    await this.running;
  }

  private start(): void {
    this.running = this.keep(new Date()).then(({ isDone }) => {
      if (!this.isStopped) this.cancel = this.clock.startTimer(isDone ? HOUR_MS : RETRY_MS, () => this.start());
    });
  }

  /** Deletes what is kept no longer at this moment. Never rejects. */
  async keep(now: Date): Promise<RetentionRun> {
    const before = { ...this.counts };
    let isDone = false;
    // What was written late lies behind the places.
    if (Math.abs(now.getTime() - this.isFromBeginningAt) >= DAY_MS) {
      this.isFromBeginningAt = now.getTime();
      this.places.clear();
    }
    const deleted = () => ({
      logs: this.counts.logs - before.logs,
      transcripts: this.counts.transcripts - before.transcripts,
    });
    try {
      const { scopes, unknown } = retentionScopes(await this.repository.stored());
      for (const owner of unknown) {
        this.logger.warn({ owner }, 'the privacy of this one is not understood, so nothing is deleted by it');
      }
      isDone = true;
      for (const scope of scopes) isDone = (await this.keepScope(scope, now)) && isDone;
      if (deleted().logs + deleted().transcripts > 0) await this.repository.noteRun(deleted());
      await this.repository.forgetErasures(daysBefore(now, ERASURES_DAYS));
    } catch (error) {
      isDone = false;
      this.logger.warn({ err: error }, 'what is kept no longer could not be deleted, trying again');
    }
    const { logs, transcripts } = deleted();
    if (logs + transcripts > 0) this.logger.log({ logs, transcripts }, 'deleted what is kept no longer');
    return { logs, transcripts, isDone };
  }

  /** @returns whether all of it is done */
  private async keepScope({ owner, logDays, transcriptDays }: RetentionScope, now: Date): Promise<boolean> {
    if (logDays !== null) {
      const before = daysBefore(now, logDays);
      for (let isMore = true; isMore;) {
        // Whole months of everybody are dropped by the ledger keeper.
        const after = owner.kind === 'gateway' ? firstIdAt(beginningOfMonth(before)) : FIRST_ID;
        const batch = { owner, before, after, limit: BATCH };
        const done = await this.next(batch, (it) => this.repository.deleteLogs(it));
        if (!done) return false;
        this.counts.logs += done.deleted;
        isMore = done.looked === BATCH;
      }
    }
    if (transcriptDays === null) return true;
    const before = daysBefore(now, transcriptDays);
    // Logs without transcripts stay: not all of them are looked at again every hour.
    const name = JSON.stringify(owner);
    for (let isMore = true; isMore;) {
      const batch = { owner, before, after: this.places.get(name) ?? FIRST_ID, limit: BATCH };
      const done = await this.next(batch, (it) => this.repository.deleteTranscripts(it));
      if (!done) return false;
      this.counts.transcripts += done.deleted;
      if (done.last !== null) this.places.set(name, done.last);
      isMore = done.looked === BATCH;
    }
    return true;
  }

  /** @returns undefined when another gateway is at it, or this one stops */
  private async next(batch: Batch, run: (batch: Batch) => Promise<DeletedBatch>): Promise<DeletedBatch | undefined> {
    if (this.isStopped) return undefined;
    const done = await run(batch);
    return done.isOthers ? undefined : done;
  }
}

function beginningOfMonth(time: Date): Date {
  return new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth()));
}

function daysBefore(now: Date, days: number): Date {
  return new Date(now.getTime() - days * DAY_MS);
}
