import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { ChangeFeed } from '../database/change-feed.js';
import { CLOCK, type Clock } from '../http/clock.js';
import { AlertsRepository } from './alerts.repository.js';
import { alertEventTypes, type AlertEventType } from './events/alert-events.js';

/** How soon it is read again when the database did not answer. */
const RETRY_MS = 1000;

/** Which events anybody wants, in memory: of the others nothing is noted, and where nobody wants any, nothing is done at all. */
@Injectable()
export class AlertSubscriptions implements OnModuleInit, OnModuleDestroy {
  private wanted: ReadonlySet<AlertEventType> = new Set();
  private readonly listeners: (() => void)[] = [];
  private reading: Promise<void> | undefined;
  private isStale = false;
  private cancelRetry: () => void = () => undefined;
  private isStopped = false;

  constructor(
    private readonly alerts: AlertsRepository,
    changes: ChangeFeed,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    const refresh = (): void => void this.refresh();
    changes.on('alert', { changed: refresh, unsure: refresh });
  }

  async onModuleInit(): Promise<void> {
    await this.refresh();
  }

  onModuleDestroy(): void {
    this.isStopped = true;
    this.cancelRetry();
  }

  /** Whether nobody wants anything. */
  get areNone(): boolean {
    return this.wanted.size === 0;
  }

  wants(type: AlertEventType): boolean {
    return this.wanted.has(type);
  }

  /** Calls back after every change of an alert. */
  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Reads them again; where the database does not answer, soon. What comes meanwhile is read once, after it. */
  async refresh(): Promise<void> {
    this.isStale = true;
    this.reading ??= this.read().finally(() => (this.reading = undefined));
    await this.reading;
  }

  private async read(): Promise<void> {
    this.cancelRetry();
    while (this.isStale && !this.isStopped) {
      this.isStale = false;
      try {
        const lists = await this.alerts.wanted();
        const isWanted = (type: string): boolean => lists.some((list) => list.length === 0 || list.includes(type));
        this.wanted = new Set(alertEventTypes.filter(isWanted));
      } catch {
        // What the database says of it is logged where it is asked.
        this.cancelRetry = this.clock.startTimer(RETRY_MS, () => void this.refresh());
        return;
      }
      for (const listener of this.listeners) listener();
    }
  }
}
