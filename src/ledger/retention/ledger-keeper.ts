import { Inject, Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { SETTINGS } from '../../config/config.module.js';
import type { Settings } from '../../config/settings.schema.js';
import { CLOCK, type Clock } from '../../http/clock.js';
import { LedgerRepository } from '../writer/ledger.repository.js';
import { RetentionRepository } from './retention.repository.js';

const DAY_MS = 86_400_000;
/** How long after a day's work that did not succeed it is tried again. */
const RETRY_MS = 60_000;

/** Keeps the months of the ledger, once a day: makes those to come, and drops those that are kept no longer. */
@Injectable()
export class LedgerKeeper implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(LedgerKeeper.name);
  private cancel: () => void = () => undefined;
  private running: Promise<void> | undefined;
  private isStopped = false;

  constructor(
    private readonly ledger: LedgerRepository,
    private readonly retention: RetentionRepository,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'log_retention_days'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Beside the start, which does not wait for it. */
  onModuleInit(): void {
    this.start();
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopped = true;
    this.cancel();
    await this.running;
  }

  private start(): void {
    this.running = this.keep(new Date()).then((isDone) => {
      if (!this.isStopped) this.cancel = this.clock.startTimer(isDone ? DAY_MS : RETRY_MS, () => this.start());
    });
  }

  /**
   * What is to be done at this moment.
   * @returns whether all of it is done
   */
  async keep(now: Date): Promise<boolean> {
    try {
      await this.ledger.makePartitionsAhead(now);
      return await this.dropOld(now);
    } catch (error) {
      this.logger.warn({ err: error }, 'the months of the ledger could not be kept, trying again');
      return false;
    }
  }

  private async dropOld(now: Date): Promise<boolean> {
    let areAllGone = true;
    try {
      const said = [this.settings.log_retention_days, await this.retention.daysOfGateway()];
      const days = Math.min(...said.filter((it) => it !== undefined));
      if (days === Infinity) return true;
      for (const month of await this.retention.monthsBefore(new Date(now.getTime() - days * DAY_MS))) {
        const isGone = await this.retention.drop(month);
        areAllGone &&= isGone;
        const facts = { month: month.toISOString().slice(0, 7), log_retention_days: days };
        if (isGone) this.logger.log(facts, 'dropped a month of the ledger, which is kept no longer');
        else this.logger.log(facts, 'a month of the ledger is in use and will be dropped later');
      }
    } finally {
      this.retention.close();
    }
    return areAllGone;
  }
}
