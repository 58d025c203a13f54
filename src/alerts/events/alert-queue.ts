import { Inject, Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { isDatabaseUnavailable } from '../../database/database-errors.js';
import { CLOCK, type Clock } from '../../http/clock.js';
import { ALERT_TIME, type AlertTime } from '../alert-time.js';
import { AlertSubscriptions } from '../alert-subscriptions.js';
import { EventsRepository, type BudgetOccurrence, type NewEvent, type SeenCondition } from './events.repository.js';

/** What waits to be written at most; more is dropped, and counted. */
export const MAX_WAITING = 1000;
/** What is written in one go at most. */
const MAX_BATCH = 200;
/** How many events are known to have been told, so that nobody asks the database about them again. */
const MAX_TOLD = 10_000;
/** How soon it is tried again when the database did not answer. */
const RETRY_MS = 5000;

type Entry =
  | { readonly is: 'event'; readonly what: NewEvent }
  | { readonly is: 'budget'; readonly what: BudgetOccurrence }
  | { readonly is: 'condition'; readonly what: SeenCondition };

/**
 * Takes what has happened, from wherever, without holding up or failing whoever tells it: it waits in memory, and is written behind
 * their back. While the database is away it goes on waiting, as far as there is room.
 */
@Injectable()
export class AlertQueue implements BeforeApplicationShutdown {
  private readonly logger = new Logger(AlertQueue.name);
  private readonly waiting = new Map<string, Entry>();
  private readonly told = new LRUCache<string, true>({ max: MAX_TOLD });
  private readonly listeners: (() => void)[] = [];
  private writing: Promise<void> | undefined;
  private cancelRetry: () => void = () => undefined;
  private isStopping = false;
  private isStopped = false;
  private droppedCount = 0;
  /** Changes with every change of an alert: what was told before may be of interest again. */
  private epoch = 0;

  constructor(
    @Inject(EventsRepository) private readonly events: Pick<EventsRepository, 'ofBudgets' | 'tell' | 'see'>,
    @Inject(AlertSubscriptions) private readonly subscriptions: Pick<AlertSubscriptions, 'wants' | 'onChange'>,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(ALERT_TIME) private readonly time: AlertTime,
  ) {
    subscriptions.onChange(() => {
      this.epoch += 1;
      this.told.clear();
    });
  }

  /** How many wait to be written. */
  get length(): number {
    return this.waiting.size;
  }

  /** How many were dropped since the start, because there was no room, or the database refuses them. */
  get dropped(): number {
    return this.droppedCount;
  }

  /** Calls back when there is something new to be sent. */
  onTold(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Something new is to be sent. */
  announce(): void {
    for (const listener of this.listeners) listener();
  }

  /** Something has happened. */
  raise(event: NewEvent): void {
    if (this.subscriptions.wants(event.type)) this.put(keyOf(event), { is: 'event', what: event });
  }

  /** Something has become of a budget, in one of its periods. */
  raiseOfBudget(occurrence: Omit<BudgetOccurrence, 'occurredAt'>): void {
    const { type, budgetId, startsAt } = occurrence;
    if (!this.subscriptions.wants(type)) return;
    const key = keyOf({ type, subject: budgetId, period: startsAt.toISOString() });
    this.put(key, { is: 'budget', what: { ...occurrence, occurredAt: this.time.now() } });
  }

  /** Something is not as it should be. To be called again and again as long as it is so. */
  see(condition: SeenCondition): void {
    this.put(keyOf({ type: 'condition', subject: condition.subject, period: condition.kind }), {
      is: 'condition',
      what: condition,
    });
  }

  /** Writes what waits, as far as the database takes it; never rejects. */
  async flush(): Promise<void> {
    this.writing ??= this.write().finally(() => (this.writing = undefined));
    await this.writing;
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    this.cancelRetry();
    await this.flush();
    this.isStopped = true;
  }

  private put(key: string, entry: Entry): void {
    // Nothing is written any more; the next one who looks sees the same.
    if (this.isStopped) return;
    // The first of its kind says when it was.
    if (this.waiting.has(key) || this.told.has(key)) return;
    if (this.waiting.size >= MAX_WAITING) {
      if (this.droppedCount === 0) this.logger.error('events for alerts are dropped: too many wait for the database');
      this.droppedCount += 1;
      return;
    }
    this.waiting.set(key, entry);
    if (this.waiting.size === 1) setImmediate(() => void this.flush());
  }

  private async write(): Promise<void> {
    this.cancelRetry();
    while (this.waiting.size > 0) {
      const batch = [...this.waiting].slice(0, MAX_BATCH);
      try {
        await this.store(batch);
      } catch {
        if (!this.isStopping) this.cancelRetry = this.clock.startTimer(RETRY_MS, () => void this.flush());
        return;
      }
    }
  }

  /** @throws when the database cannot be asked at the moment */
  private async store(batch: readonly (readonly [key: string, entry: Entry])[]): Promise<void> {
    const { epoch } = this;
    const entries = batch.map(([, entry]) => entry);
    try {
      const moment = this.time.moment();
      const events = entries.flatMap((entry) => (entry.is === 'event' ? [entry.what] : []));
      const budgets = entries.flatMap((entry) => (entry.is === 'budget' ? [entry.what] : []));
      const conditions = entries.flatMap((entry) => (entry.is === 'condition' ? [entry.what] : []));
      const ofBudgets = await this.events.ofBudgets(budgets);
      const told = await this.events.tell([...events, ...ofBudgets], moment);
      const seen = await this.events.see(conditions, moment);
      if (told + seen > 0) this.announce();
    } catch (error) {
      if (isDatabaseUnavailable(error)) throw error;
      // One of them is at fault, and must not hold up the others.
      const [first, ...others] = batch;
      if (first && others.length > 0) {
        for (const one of batch) await this.store([one]);
        return;
      }
      this.droppedCount += 1;
      this.logger.error({ err: error }, 'an event for alerts cannot be written');
    }
    for (const [key, entry] of batch) {
      this.waiting.delete(key);
      if (entry.is !== 'condition' && epoch === this.epoch) this.told.set(key, true);
    }
  }
}

function keyOf({
  type,
  subject,
  period,
}: {
  readonly type: string;
  readonly subject: string;
  readonly period: string;
}): string {
  return JSON.stringify([type, subject, period]);
}
