import { Inject, Injectable, Logger } from '@nestjs/common';
import { askForAll } from '../../../acting/asker.js';
import { CLOCK, type Clock } from '../../../http/clock.js';
import { LogsRepository } from '../logs.repository.js';

/** How often it is looked for new logs while anybody waits for them. */
const LOOK_MS = 1_000;
/** The number of no transaction, which all others follow. */
const BEGINNING = '0';

/**
 * How far the ledger can be read in the order in which it is written, for all who follow it in this process: one statement
 * a second while somebody waits, none while nobody does.
 */
@Injectable()
export class LogHorizon {
  private readonly logger = new Logger(LogHorizon.name);
  private readonly waiting = new Set<() => void>();
  private known = BEGINNING;
  private isLooking = false;

  constructor(
    @Inject(LogsRepository) private readonly repository: Pick<LogsRepository, 'horizon'>,
    @Inject(CLOCK) private readonly clock: Pick<Clock, 'startTimer'>,
  ) {}

  /** How far it can be read now. */
  async now(): Promise<string> {
    const { horizon } = await this.repository.horizon(BEGINNING);
    return horizon;
  }

  /** Resolves when there are logs between this horizon and a later one, with the later one, or when it is aborted, with none. */
  async after(horizon: string, signal: AbortSignal): Promise<string | undefined> {
    while (!signal.aborted) {
      if (BigInt(this.known) > BigInt(horizon)) return this.known;
      await this.nextNews(signal);
    }
    return undefined;
  }

  private async nextNews(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const wake = () => {
        this.waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.waiting.add(wake);
      signal.addEventListener('abort', wake);
      if (!this.isLooking) this.lookLater();
    });
  }

  private lookLater(): void {
    this.isLooking = true;
    // Whoever was the first to wait may leave before the others.
    this.clock.startTimer(LOOK_MS, () => void askForAll(() => this.look()));
  }

  private async look(): Promise<void> {
    try {
      const { horizon, hasNews } = await this.repository.horizon(this.known);
      if (hasNews) {
        this.known = horizon;
        for (const wake of this.waiting) wake();
      }
    } catch (error) {
      // Whoever follows goes on when the database is back.
      this.logger.debug({ err: error }, 'it could not be looked for new logs');
    }
    this.isLooking = false;
    if (this.waiting.size > 0) this.lookLater();
  }
}
