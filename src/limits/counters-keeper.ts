import { randomUUID } from 'node:crypto';
import { Inject, Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.schema.js';
import { ChangeFeed } from '../database/change-feed.js';
import { isDatabaseUnavailable } from '../database/database-errors.js';
import { CLOCK, type Clock } from '../http/clock.js';
import { REDIS, type Redis } from '../redis/redis.js';
import { DatabaseCounters } from './database-counters.js';
import { InsuredCounters } from './insured-counters.js';
import type { LimitCounters } from './limit-counters.js';
import { LimitsRepository } from './limits.repository.js';
import { MemoryCounters } from './memory-counters.js';
import { SharedCounters } from './shared-counters.js';

/** How often the gateway renews its lease, and how long it lasts: then its requests have no places any more. */
const RENEW_MS = 5_000;
const LEASE_MS = 20_000;

/** Keeps the counters of this gateway where they belong: it tells the others on its database that it is there, and hears of them. */
@Injectable()
export class CountersKeeper implements OnModuleInit, OnModuleDestroy {
  /** Where requests are counted. */
  readonly counters: LimitCounters;
  private readonly logger = new Logger(CountersKeeper.name);
  private readonly wish: Settings['limit_counters'];
  private readonly instanceId = randomUUID();
  private readonly database: DatabaseCounters;
  private readonly shared: SharedCounters | undefined;
  private readonly insured: InsuredCounters | undefined;
  /** As it was heard last, this one included. */
  private gateways = 1;
  private cancelRenewal: () => void = () => undefined;
  private keeping: Promise<void> | undefined;
  private isNews = false;
  private isStopped = false;

  constructor(
    private readonly repository: LimitsRepository,
    private readonly changes: ChangeFeed,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(SETTINGS) settings: Pick<Settings, 'limit_counters' | 'workers'>,
    @Inject(REDIS) redis: Redis | undefined,
  ) {
    const { instanceId } = this;
    this.wish = wishOf(settings, redis !== undefined);
    const memory = new MemoryCounters(() => clock.epochMs());
    this.database = new DatabaseCounters(repository, instanceId);
    if (redis && this.wish === 'redis') {
      this.insured = new InsuredCounters({ redis, instanceId, clock, gateways: () => this.gateways });
    } else if (this.wish === 'auto') {
      this.shared = new SharedCounters(memory, this.database, repository, instanceId);
    }
    this.counters = this.insured ?? this.shared ?? (this.wish === 'database' ? this.database : memory);
  }

  /** It is known before the first request whether there are others. */
  async onModuleInit(): Promise<void> {
    if (this.wish === 'memory') return;
    const changed = (): void => void this.keep();
    this.changes.on('gateway_instance', { changed, unsure: changed });
    await this.insured?.start();
    await this.renew();
    this.renewLater();
  }

  /** What was counted in memory is left to whoever comes after; the requests have ended. */
  async onModuleDestroy(): Promise<void> {
    this.isStopped = true;
    this.cancelRenewal();
    this.insured?.stop();
    if (this.wish === 'memory') return;
    await this.keeping;
    try {
      await this.shared?.save();
      await this.repository.sayGoodbye(this.instanceId);
    } catch (error) {
      if (!isDatabaseUnavailable(error)) this.logger.warn({ err: error }, 'what was counted for limits was not saved');
    }
  }

  /** Where is counted now. */
  get place(): 'memory' | 'database' | 'redis' {
    return this.insured?.place ?? this.shared?.place ?? (this.wish === 'database' ? 'database' : 'memory');
  }

  private renewLater(): void {
    this.cancelRenewal = this.clock.startTimer(RENEW_MS, () => void this.keep().finally(() => this.renewLater()));
    if (this.isStopped) this.cancelRenewal();
  }

  /** One at a time; what is heard meanwhile is looked at afterwards. */
  private async keep(): Promise<void> {
    this.isNews = true;
    this.keeping ??= this.keepAll().finally(() => (this.keeping = undefined));
    await this.keeping;
  }

  private async keepAll(): Promise<void> {
    while (this.isNews && !this.isStopped) {
      this.isNews = false;
      try {
        await this.renew();
      } catch (error) {
        if (!isDatabaseUnavailable(error))
          this.logger.warn({ err: error }, 'the counters of limits could not be kept, trying again');
      }
    }
  }

  private async renew(): Promise<void> {
    const { others, isNew } = await this.repository.renew(this.instanceId, LEASE_MS);
    this.gateways = others + 1;
    if (this.insured) return;
    if (isNew) this.database.loseTrack();
    await this.shared?.move(others > 0);
    if (this.place === 'memory') await this.shared?.save();
    else if (this.database.needsMending) await this.database.mend();
  }
}

/** Where is to be counted; `auto` = in memory as long as the gateway is alone, and in the database while there are others. */
function wishOf(
  { limit_counters: asked, workers }: Pick<Settings, 'limit_counters' | 'workers'>,
  hasRedis: boolean,
): Settings['limit_counters'] {
  if (asked !== 'auto') return asked;
  if (hasRedis) return 'redis';
  // A worker is never alone for long, and what it would count in memory meanwhile the others would not know.
  return workers > 1 ? 'database' : 'auto';
}
