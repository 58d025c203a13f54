import { hostname } from 'node:os';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { SETTINGS } from '../../config/config.module.js';
import type { Settings } from '../../config/settings.schema.js';
import { isDatabaseUnavailable } from '../../database/database-errors.js';
import { CLOCK, type Clock } from '../../http/clock.js';
import { standingOf } from '../../ledger/writer/ledger-standing.js';
import { LedgerWriter } from '../../ledger/writer/ledger.writer.js';
import { Catalogue } from '../../models/catalogue.js';
import { retiringDeployments } from '../../models/retiring-deployments.js';
import { DeploymentHealth } from '../../routing/deployment-health.js';
import { ALERT_TIME, type AlertTime } from '../alert-time.js';
import { AlertSubscriptions } from '../alert-subscriptions.js';
import { DeliveriesRepository } from '../deliveries/deliveries.repository.js';
import { AlertQueue } from '../events/alert-queue.js';
import { EventsRepository, type EndedCondition, type NewEvent } from '../events/events.repository.js';
import { deploymentData } from './deployment-data.js';
import { DownWatch } from './down-watch.js';
import { RetirementAlerts } from './retirement-alerts.js';

/** How often it is looked at deployments and at the ledger. */
export const LOOK_EVERY_MS = 10_000;
/** How often it is looked for keys that expire and models that end, and old deliveries are forgotten: every so many looks. */
const LOOKS_PER_ROUND = 60;

/** Conditions, in the database. */
const DEPLOYMENT = 'deployment';
const LEDGER = 'ledger';

type Ending = Pick<NewEvent, 'type' | 'occurredAt' | 'data'>;

/** Notices what nobody tells: deployments that are down, a ledger that is behind, keys that are about to expire, models that end. */
@Injectable()
export class AlertWatch implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(AlertWatch.name);
  private readonly down = new DownWatch();
  private looks = 0;
  private pending = 0;
  private cancel: () => void = () => undefined;
  private running: Promise<void> | undefined;
  private isStopped = false;

  constructor(
    private readonly subscriptions: AlertSubscriptions,
    private readonly queue: AlertQueue,
    private readonly events: EventsRepository,
    private readonly deliveries: DeliveriesRepository,
    private readonly catalogue: Catalogue,
    private readonly health: DeploymentHealth,
    private readonly ledger: LedgerWriter,
    private readonly retirements: RetirementAlerts,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'key_expiry_alert_days'>,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(ALERT_TIME) private readonly time: AlertTime,
  ) {
    // Whoever is told for the first time hears of what is so already.
    subscriptions.onChange(() => (this.looks = 0));
  }

  /** How many deliveries waited in the table when it was last looked, by whichever gateway. */
  get pendingDeliveries(): number {
    return this.pending;
  }

  onApplicationBootstrap(): void {
    this.lookLater();
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopped = true;
    this.cancel();
    await this.running;
  }

  private lookLater(): void {
    if (this.isStopped) return;
    this.cancel = this.clock.startTimer(LOOK_EVERY_MS, () => {
      this.running = this.look().finally(() => this.lookLater());
    });
  }

  /** Looks at everything once; never rejects. */
  async look(): Promise<void> {
    if (this.subscriptions.areNone) {
      this.pending = 0;
      return;
    }
    try {
      this.seeDeployments();
      this.seeLedger();
      const isRound = this.looks % LOOKS_PER_ROUND === 0;
      if (isRound) this.tellOfRetirements();
      await this.queue.flush();
      await this.endConditions();
      if (isRound) {
        await this.tellOfKeys();
        await this.deliveries.tidy(this.time.moment());
      }
      this.looks += 1;
      this.pending = await this.deliveries.countPending();
    } catch (error) {
      if (!isDatabaseUnavailable(error)) this.logger.warn({ err: error }, 'what alerts are about was not looked at');
    }
  }

  private seeDeployments(): void {
    const deployments = this.catalogue
      .deployments()
      .filter(({ enabled }) => enabled)
      .map((deployment) => ({ id: deployment.id, deployment, health: this.health.state(deployment.id) }));
    const down = this.down.look(deployments, this.clock.nowMs());
    for (const { id, deployment, health } of deployments) {
      if (!down.has(id)) continue;
      this.queue.see({
        kind: DEPLOYMENT,
        subject: id,
        type: 'deployment.down',
        occurredAt: this.time.now(),
        data: { deployment: deploymentData(deployment), reason: health.reason ?? null },
      });
    }
  }

  private seeLedger(): void {
    const { state } = this.ledger;
    const standing = standingOf(state);
    if (standing === 'ok') return;
    this.queue.see({
      kind: LEDGER,
      subject: LEDGER,
      type: 'ledger.behind',
      occurredAt: this.time.now(),
      data: {
        state: standing,
        gateway: hostname(),
        waiting_records: state.waitingRecords,
        waiting_seconds: state.oldestWaitingMs / 1000,
        journal_bytes: state.journalBytes,
      },
    });
  }

  private tellOfRetirements(): void {
    if (!this.subscriptions.wants('model.retiring')) return;
    const enabled = retiringDeployments(this.catalogue).filter(({ deployment }) => deployment.enabled);
    this.retirements.tell(enabled.map(({ deployment, retiresOn }) => ({ deployment, date: retiresOn })));
  }

  private async endConditions(): Promise<void> {
    const quiet = await this.events.quiet(this.time.moment());
    const ended = quiet.flatMap((condition) => {
      const event = this.endingOf(condition);
      return event === undefined ? [] : [{ ...condition, event }];
    });
    if ((await this.events.end(ended, this.time.moment())) > 0) this.queue.announce();
  }

  /** What tells that it is over; null = nobody is told; undefined = another version has seen it. */
  private endingOf({ kind, subject, since, seenAt }: EndedCondition): Ending | null | undefined {
    const occurredAt = this.time.now();
    const lastedMs = Math.max(seenAt.getTime() - since.getTime(), 0);
    const recovery = { since: since.toISOString(), lasted_seconds: Math.round(lastedMs / 1000) };
    if (kind === LEDGER) return { type: 'ledger.recovered', occurredAt, data: recovery };
    if (kind !== DEPLOYMENT) return undefined;
    const deployment = this.catalogue.deployments().find(({ id, enabled }) => enabled && id === subject);
    if (!deployment) return null;
    return { type: 'deployment.recovered', occurredAt, data: { deployment: deploymentData(deployment), ...recovery } };
  }

  private async tellOfKeys(): Promise<void> {
    if (!this.subscriptions.wants('key.expiring')) return;
    for (let told = 1; told > 0 && !this.isStopped;) {
      const { key_expiry_alert_days: days } = this.settings;
      const events = await this.events.ofExpiringKeys(days, this.time.now(), this.time.moment());
      told = await this.events.tell(events, this.time.moment());
      if (told > 0) this.queue.announce();
    }
  }
}
