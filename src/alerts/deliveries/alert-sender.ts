import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { isDatabaseUnavailable } from '../../database/database-errors.js';
import { CLOCK, type Clock } from '../../http/clock.js';
import { AlertSubscriptions } from '../alert-subscriptions.js';
import { ALERT_TIME, type AlertTime } from '../alert-time.js';
import { AlertQueue } from '../events/alert-queue.js';
import { AlertMessenger } from './alert-messenger.js';
import { DeliveriesRepository, type ClaimedDelivery } from './deliveries.repository.js';
import { judgeAttempt } from './delivery-backoff.js';

/** How often it is looked for deliveries whose time has come; what this gateway has noticed itself is sent at once. */
export const SEND_EVERY_MS = 5000;
/** How many are sent at once. */
const MAX_SENDING = 16;
/** How long those that are being sent may take when the gateway stops. */
const STOP_MS = 3000;

/** How attempts have ended, since the start. */
export interface SentCounts {
  readonly delivered: number;
  /** They are tried again later. */
  readonly retried: number;
  /** They are tried no more. */
  readonly failed: number;
}

/** Sends what waits in the table, beside all other gateways that do. */
@Injectable()
export class AlertSender implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(AlertSender.name);
  private readonly stopped = new AbortController();
  private readonly sending = new Set<Promise<void>>();
  private readonly sent = { delivered: 0, retried: 0, failed: 0 };
  private claiming: Promise<void> | undefined;
  /** Whether something has come since it was last looked. */
  private hasNews = false;
  private isStopping = false;
  private cancel: () => void = () => undefined;

  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly messenger: AlertMessenger,
    private readonly subscriptions: AlertSubscriptions,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(ALERT_TIME) private readonly time: AlertTime,
    queue: AlertQueue,
  ) {
    queue.onTold(() => this.wake());
  }

  get counts(): SentCounts {
    return this.sent;
  }

  onApplicationBootstrap(): void {
    this.wake();
    this.wakeLater();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    this.cancel();
    await this.claiming;
    const timer = setTimeout(() => this.stopped.abort(new Error('the gateway was stopping')), STOP_MS);
    await Promise.all(this.sending);
    clearTimeout(timer);
  }

  /** Sends what is due, without anybody waiting for it. */
  wake(): void {
    this.hasNews = true;
    if (this.isStopping || this.subscriptions.areNone) return;
    this.claiming ??= this.claim().finally(() => {
      this.claiming = undefined;
      if (this.hasNews && this.sending.size < MAX_SENDING) this.wake();
    });
  }

  private wakeLater(): void {
    this.cancel = this.clock.startTimer(SEND_EVERY_MS, () => {
      this.wake();
      this.wakeLater();
    });
  }

  private async claim(): Promise<void> {
    try {
      while (this.hasNews && !this.isStopping && this.sending.size < MAX_SENDING) {
        this.hasNews = false;
        const claimed = await this.deliveries.claim(MAX_SENDING - this.sending.size, this.time.moment());
        for (const delivery of claimed) this.begin(delivery);
        // There may be more than are taken at once.
        if (claimed.length > 0) this.hasNews = true;
      }
    } catch (error) {
      if (!isDatabaseUnavailable(error)) this.logger.warn({ err: error }, 'alerts could not be sent, trying again');
    }
  }

  private begin(delivery: ClaimedDelivery): void {
    const sending = this.send(delivery).finally(() => {
      this.sending.delete(sending);
      this.wake();
    });
    this.sending.add(sending);
  }

  private async send(delivery: ClaimedDelivery): Promise<void> {
    const { alert, attempts, event } = delivery;
    const { status, error, latencyMs } = await this.messenger.send(event, alert, this.stopped.signal);
    const verdict = judgeAttempt(attempts, status);
    const isRetried = typeof verdict === 'object';
    this.sent[isRetried ? 'retried' : verdict] += 1;
    const facts = { alert_id: alert.id, event_type: event.type, webhook_id: event.id, attempts, reason: error };
    if (verdict === 'failed') this.logger.error(facts, 'an alert could not be delivered, and is not tried any more');
    if (isRetried && attempts === 1) this.logger.warn(facts, 'an alert could not be delivered, trying again');
    try {
      const outcome = {
        status: isRetried ? 'pending' : verdict,
        retryAfterMs: isRetried ? verdict.retryAfterMs : 0,
        httpStatus: status,
        error,
        latencyMs,
      } as const;
      await this.deliveries.note(delivery, outcome, this.time.moment());
    } catch (failure) {
      // Its lease ends, and it is sent once more: receivers know it by its id.
      if (!isDatabaseUnavailable(failure)) this.logger.warn({ err: failure }, 'what became of an alert was not noted');
    }
  }
}
