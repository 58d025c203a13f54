import { Logger } from '@nestjs/common';
import type { Clock } from '../http/clock.js';
import { RedisAwayError, type Redis } from '../redis/redis.js';
import type { GivenBack, LimitCounters, Taken, Taking, WindowCount } from './limit-counters.js';
import { MemoryCounters } from './memory-counters.js';
import { MAX_MERGED, PLACE_LEASE_MS, RedisCounters } from './redis-counters.js';

/** How often places are renewed, and what is not in Redis yet is added to it. */
const KEEP_MS = PLACE_LEASE_MS / 4;

/** What is counted while it is added is added in the next round; what comes after the last, five seconds later. */
const MAX_ROUNDS = 3;

/** What the counters are made of. */
export interface InsuredCountersParts {
  readonly redis: Redis;
  readonly instanceId: string;
  readonly clock: Pick<Clock, 'epochMs' | 'startTimer'>;
  /** How many gateways there are, this one included, as far as it is known. */
  readonly gateways: () => number;
  /** The clock of Redis, where it is not its own. */
  readonly redisEpochMs?: () => number;
}

/** What was to be added to Redis, and may have been. */
interface Merge {
  readonly number: number;
  readonly counts: readonly WindowCount[];
}

/**
 * Counts in Redis, for all gateways, and remembers in memory what this one has counted there. While Redis is away, requests are counted
 * in memory alone, each limit divided by the gateways that there are; of what was counted before, this gateway's own part counts. What
 * was counted so is added when Redis is back, and all that it has lost meanwhile: every gateway brings its own part.
 */
export class InsuredCounters implements LimitCounters {
  private readonly logger = new Logger(InsuredCounters.name);
  private readonly memory: MemoryCounters;
  private readonly shared: RedisCounters;
  /** Whether Redis knows what was counted here. */
  private isJoined = false;
  private merges = 0;
  private unsure: Merge | undefined;
  private keeping: Promise<void> | undefined;
  private cancelTimer: () => void = () => undefined;
  private isStopped = false;

  constructor(private readonly parts: InsuredCountersParts) {
    const { redis, instanceId, clock, redisEpochMs } = parts;
    this.memory = new MemoryCounters(() => clock.epochMs());
    this.shared = new RedisCounters(redis, instanceId, () => this.noteLost(), redisEpochMs);
    redis.onThere(() => this.keep());
  }

  /** Where is counted now. */
  get place(): 'redis' | 'memory' {
    return this.isInsured ? 'memory' : 'redis';
  }

  /** Begins to keep what Redis knows true. */
  async start(): Promise<void> {
    await this.keep();
    this.keepLater();
  }

  stop(): void {
    this.isStopped = true;
    this.cancelTimer();
  }

  take(taking: Taking): Taken | Promise<Taken> {
    return this.isInsured ? this.takeInsured(taking) : this.takeShared(taking);
  }

  async giveBack(given: readonly GivenBack[]): Promise<void> {
    this.memory.giveBack(given);
    if (this.isInsured) return;
    const known = given.map(({ counter, startsMs, amount }) => ({ counter, startsMs, used: -amount }));
    this.memory.noteKnown(known);
    try {
      await this.shared.giveBack(given);
    } catch (error) {
      this.tell(error);
      // The next merge gives it back.
      this.memory.noteKnown(known.map((count) => ({ ...count, used: -count.used })));
    }
  }

  leave(id: string): void {
    const counters = this.memory.placesWith(id);
    this.memory.leave(id);
    if (counters.length === 0 || this.parts.redis.isAway) return;
    // A place of which Redis does not hear lasts as long as its lease.
    this.shared.leave(id, counters).catch((error: unknown) => this.tell(error));
  }

  private get isInsured(): boolean {
    return !this.isJoined || this.parts.redis.isAway;
  }

  private async takeShared(taking: Taking): Promise<Taken> {
    try {
      const taken = await this.shared.take(taking);
      if (!taken.isRefused) this.memory.note(taking, taken.atMs);
      return taken;
    } catch (error) {
      this.tell(error);
      return this.takeInsured(taking);
    }
  }

  /** What the shares of the others are counts as used. */
  private takeInsured({ id, lines }: Taking): Taken {
    this.isJoined = false;
    const gateways = Math.max(this.parts.gateways(), 1);
    const shares = lines.map(({ most }) => Math.min(Math.max(Math.floor(most / gateways), 1), most));
    const taken = this.memory.take({ id, lines: lines.map((line, index) => ({ ...line, most: shares[index] ?? 0 })) });
    const ofOthers = lines.map(({ most }, index) => most - (shares[index] ?? 0));
    return { ...taken, used: taken.used.map((used, index) => used + (ofOthers[index] ?? 0)) };
  }

  private noteLost(): void {
    this.memory.noteLost();
    void this.keep();
  }

  private keepLater(): void {
    this.cancelTimer = this.parts.clock.startTimer(KEEP_MS, () => void this.keep().finally(() => this.keepLater()));
    if (this.isStopped) this.cancelTimer();
  }

  /** Renews places, and adds to Redis what it does not know: one at a time. Never rejects. */
  async keep(): Promise<void> {
    this.keeping ??= this.join()
      .catch((error: unknown) => this.tell(error))
      .finally(() => (this.keeping = undefined));
    await this.keeping;
  }

  /** Has Redis know all that was counted here, and count from now on. */
  private async join(): Promise<void> {
    const { redis } = this.parts;
    if (redis.isAway) {
      this.isJoined = false;
      return;
    }
    await this.shared.hold(this.memory.uncounted.places);
    for (let round = 0; round < MAX_ROUNDS && (await this.mergeAll()); round += 1);
    this.isJoined = !redis.isAway;
  }

  /** @returns whether there was anything */
  private async mergeAll(): Promise<boolean> {
    if (this.unsure) await this.merge(this.unsure);
    const { counts } = this.memory.uncounted;
    for (let begin = 0; begin < counts.length; begin += MAX_MERGED) {
      await this.merge({ number: this.merges + 1, counts: counts.slice(begin, begin + MAX_MERGED) });
    }
    return counts.length > 0;
  }

  private async merge(merge: Merge): Promise<void> {
    this.unsure = merge;
    await this.shared.merge(merge.number, merge.counts);
    this.unsure = undefined;
    this.merges = merge.number;
    this.memory.noteKnown(merge.counts);
  }

  /** Redis that is away has been told of where it was noticed. */
  private tell(error: unknown): void {
    if (error instanceof RedisAwayError) this.isJoined = false;
    else this.logger.error({ err: error }, 'limits could not be counted in Redis');
  }
}
