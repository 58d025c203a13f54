import { Inject, Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { actAs } from '../acting/acting.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.schema.js';
import { CLOCK, type Clock } from '../http/clock.js';
import { AuditRepository } from './audit.repository.js';

const DAY_MS = 86_400_000;
/** How long after a day's work that did not succeed it is tried again. */
const RETRY_MS = 60_000;
/** Deleted in one transaction. */
const BATCH = 5_000;

const JOB = { actor: { kind: 'job', name: 'audit retention' } } as const;

/** Forgets audit events that are kept no longer, once a day; where nothing is set they are kept for ever. */
@Injectable()
export class AuditKeeper implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(AuditKeeper.name);
  private cancel: () => void = () => undefined;
  private running: Promise<void> | undefined;
  private isStopped = false;

  constructor(
    private readonly repository: AuditRepository,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'audit_retention_days'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Beside the start, which does not wait for it. */
  onModuleInit(): void {
    if (this.settings.audit_retention_days !== undefined) this.start(this.settings.audit_retention_days);
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopped = true;
    this.cancel();
    await this.running;
  }

  private start(days: number): void {
    this.running = this.keep(days).then((isDone) => {
      if (!this.isStopped) this.cancel = this.clock.startTimer(isDone ? DAY_MS : RETRY_MS, () => this.start(days));
    });
  }

  /**
   * Forgets what is more than so many days old, or leaves that to another gateway that is at it.
   * @returns whether all of it is done
   */
  async keep(days: number): Promise<boolean> {
    let all = 0;
    try {
      for (let forgotten: number | null = BATCH; forgotten === BATCH && !this.isStopped; all += forgotten ?? 0) {
        forgotten = await actAs(JOB, () => this.repository.forget(days, BATCH));
      }
      return true;
    } catch (error) {
      this.logger.warn({ err: error }, 'audit events could not be forgotten, trying again');
      return false;
    } finally {
      if (all > 0) this.logger.log({ events: all, audit_retention_days: days }, 'forgot audit events');
    }
  }
}
