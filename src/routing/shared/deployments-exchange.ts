import { randomUUID } from 'node:crypto';
import { Inject, Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { CLOCK, type Clock } from '../../http/clock.js';
import { REDIS, RedisAwayError, type Redis } from '../../redis/redis.js';
import { DeploymentHealth } from '../deployment-health.js';
import { DeploymentLoad } from '../deployment-load.js';
import { SharedCircuits } from './shared-circuits.js';
import { SharedLatencies } from './shared-latencies.js';
import { SharedUse } from './shared-use.js';

/** How often gateways hear of each other. */
const EXCHANGE_MS = 1000;
/** How soon they hear of what happens to a circuit: many failures together are told once. */
const NEWS_MS = 20;
/** Latencies change slowly: they are exchanged with every so manyth of these. */
const LATENCIES_EVERY = 5;

/**
 * Shares circuits, latencies and use of deployments among gateways with one Redis. A request waits for none of it. While Redis is
 * away each gateway goes on by what it knows.
 */
@Injectable()
export class DeploymentsExchange implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(DeploymentsExchange.name);
  private readonly circuits: SharedCircuits | undefined;
  private readonly latencies: SharedLatencies | undefined;
  private readonly use: SharedUse | undefined;
  private running: Promise<void> | undefined;
  private isNews = false;
  private isAll = false;
  private turns = 0;
  private cancelTimer: () => void = () => undefined;
  private cancelSoon: (() => void) | undefined;
  private isStopped = false;

  constructor(
    @Inject(REDIS) private readonly redis: Redis | undefined,
    health: DeploymentHealth,
    load: DeploymentLoad,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    if (!redis) return;
    const circuits = new SharedCircuits(
      redis,
      health,
      () => this.exchangeSoon(),
      () => clock.epochMs(),
    );
    const latencies = new SharedLatencies(redis, load);
    const use = new SharedUse(redis, load, randomUUID());
    health.listener = circuits;
    load.onLatency = (id, latencyMs) => latencies.seen(id, latencyMs);
    load.usedByOthers = (id, own) => use.ofOthers(id, own);
    [this.circuits, this.latencies, this.use] = [circuits, latencies, use];
  }

  /** What others know is known before the first request. */
  async onModuleInit(): Promise<void> {
    if (!this.redis) return;
    this.redis.onThere(() => this.exchange(true));
    await this.exchange(true);
    this.exchangeLater();
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopped = true;
    this.cancelTimer();
    this.cancelSoon?.();
    await this.running;
  }

  private exchangeSoon(): void {
    if (this.isStopped) return;
    this.cancelSoon ??= this.clock.startTimer(NEWS_MS, () => {
      this.cancelSoon = undefined;
      void this.exchange(false);
    });
  }

  private exchangeLater(): void {
    this.cancelTimer = this.clock.startTimer(EXCHANGE_MS, () => {
      void this.exchange(true).finally(() => this.exchangeLater());
    });
    if (this.isStopped) this.cancelTimer();
  }

  /**
   * One at a time; what comes meanwhile is told afterwards. It does not reject.
   * @param all otherwise circuits alone
   */
  private async exchange(all: boolean): Promise<void> {
    this.isAll ||= all;
    this.isNews = true;
    this.running ??= this.exchangeNews().finally(() => (this.running = undefined));
    await this.running;
  }

  private async exchangeNews(): Promise<void> {
    while (this.isNews && !this.isStopped) {
      const { isAll } = this;
      this.isNews = false;
      this.isAll = false;
      try {
        await this.circuits?.exchange();
        if (!isAll) continue;
        await this.use?.exchange();
        if (this.turns % LATENCIES_EVERY === 0) await this.latencies?.exchange();
        this.turns += 1;
      } catch (error) {
        // What was not told is told when Redis is back.
        if (error instanceof RedisAwayError) return;
        this.logger.warn({ err: error }, 'deployments could not be shared with other gateways');
        return;
      }
    }
  }
}
