import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { CLOCK, type Clock } from '../../http/clock.js';
import { ClosedDaysRepository } from './closed-days.repository.js';

const HOUR_MS = 3_600_000;
/** How long after work that did not succeed it is tried again. */
const RETRY_MS = 60_000;
/** So long after its end a day is closed: what comes later opens it again. */
const OVER_FOR_MS = HOUR_MS;
/** So many times as long as closing a day has taken nobody is held up. */
const PAUSES = 4;

/**
 * Closes the days that are over, once an hour, the newest first: sums them up without keys, so that questions about many days read
 * little. One gateway at a time does so; the others come by later. Answers are the same with open days and closed ones.
 */
@Injectable()
export class DayCloser implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(DayCloser.name);
  private cancel: () => void = () => undefined;
  private running: Promise<void> | undefined;
  private readonly stopped = new AbortController();

  constructor(
    private readonly repository: ClosedDaysRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Beside the start, which does not wait for it. */
  onModuleInit(): void {
    this.start();
  }

  /** Ends after the day that is under way. */
  async onModuleDestroy(): Promise<void> {
    this.stopped.abort();
    this.cancel();
    await this.running;
  }

  private start(): void {
    this.running = this.closeAll(new Date()).then((isDone) => {
      if (!this.stopped.signal.aborted) {
        this.cancel = this.clock.startTimer(isDone ? HOUR_MS : RETRY_MS, () => this.start());
      }
    });
  }

  /**
   * Closes what is over at this moment. Never rejects.
   * @returns whether nothing is left to be closed
   */
  async closeAll(now: Date): Promise<boolean> {
    try {
      for (const day of await this.repository.openDays(new Date(now.getTime() - OVER_FOR_MS))) {
        if (this.stopped.signal.aborted) return false;
        const began = performance.now();
        if (!(await this.repository.close(day))) return false;
        const pauseMs = PAUSES * (performance.now() - began);
        await delay(pauseMs, undefined, { signal: this.stopped.signal }).catch(() => undefined);
      }
      return true;
    } catch (error) {
      this.logger.warn({ err: error }, 'days of the ledger could not be closed, trying again');
      return false;
    } finally {
      this.repository.disconnect();
    }
  }
}
