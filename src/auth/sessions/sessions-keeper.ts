import { Inject, Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { actAs } from '../../acting/acting.js';
import { CLOCK, type Clock } from '../../http/clock.js';
import { SessionsRepository } from './sessions.repository.js';
import { SessionsService } from './sessions.service.js';

/** How often is looked for what has ended. */
const EVERY_MS = 3_600_000;
/** Removed in one transaction: each may have its audit event. */
const BATCH = 1000;

const JOB = { actor: { kind: 'job', name: 'ended sessions' } } as const;

/** Removes sessions that have ended by themselves, which nobody could use any more. */
@Injectable()
export class SessionsKeeper implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(SessionsKeeper.name);
  private cancel: () => void = () => undefined;
  private running: Promise<void> | undefined;
  private isStopped = false;

  constructor(
    private readonly repository: SessionsRepository,
    private readonly sessions: SessionsService,
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
    this.running = this.keep().then(() => {
      if (!this.isStopped) this.cancel = this.clock.startTimer(EVERY_MS, () => this.start());
    });
  }

  /** Removes what has ended by now, or leaves that to another gateway that is at it. */
  async keep(): Promise<void> {
    const now = new Date(this.clock.epochMs());
    const ended = { now, idleSince: this.sessions.idleSince(now) };
    try {
      let removed: number | null = BATCH;
      while (removed === BATCH && !this.isStopped) {
        removed = await actAs(JOB, () => this.repository.removeEnded(ended, BATCH));
      }
    } catch (error) {
      this.logger.warn({ err: error }, 'ended sessions could not be removed, trying again later');
    }
  }
}
