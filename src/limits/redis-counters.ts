import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Redis, RedisScript } from '../redis/redis.js';
import type { GivenBack, Places, Taken, Taking, WindowCount } from './limit-counters.js';
import { windows } from './limit-window.js';
import { addScript, holdScript, leaveScript, takeScript } from './redis-scripts.js';

/** How long a place lasts that nobody renews: that of a gateway that is gone. */
export const PLACE_LEASE_MS = 20_000;
/** What one script is given at most: nobody else is answered meanwhile. */
const MAX_HELD = 500;
export const MAX_MERGED = 500;

const takenAnswer = z.tuple([z.string(), z.number(), z.number()], z.number());
const lifeAnswer = z.tuple([z.string()]);

/** Counts in Redis, for all gateways. Every question throws RedisAwayError where Redis is away. */
export class RedisCounters {
  /** Of the memory of Redis, when it was seen last. */
  private life: string | undefined;

  /**
   * @param onLost told that Redis has lost what was counted up to now: at once, before the answer in which it was seen
   * @param epochMs absent = the clock of Redis
   */
  constructor(
    private readonly redis: Pick<Redis, 'prefix' | 'run'>,
    private readonly instanceId: string,
    private readonly onLost: () => void,
    private readonly epochMs?: () => number,
  ) {}

  /** Counts a request in all of its lines, or in none. */
  async take({ id, lines }: Taking): Promise<Taken> {
    const keys = lines.map(({ counter }) => this.keyOf(counter));
    const facts = lines.flatMap(({ window, most, amount }) =>
      [window === 'place' ? 0 : windows[window], most, amount].map(String),
    );
    const answer = await this.run(takeScript, keys, [id, String(PLACE_LEASE_MS), ...facts]);
    const [life, atMs, isRefused, ...used] = takenAnswer.parse(answer);
    this.see(life);
    return { isRefused: isRefused === 1, used, atMs };
  }

  /** Ends the places of a request. */
  async leave(id: string, counters: readonly string[]): Promise<void> {
    const keys = counters.map((counter) => this.keyOf(counter));
    this.seeIn(await this.run(leaveScript, keys, [id]));
  }

  /** Gives back what was taken of windows. */
  async giveBack(given: readonly GivenBack[]): Promise<void> {
    const facts = given.flatMap(({ startsMs, amount }) => [0, startsMs, -amount]);
    await this.add(0, given, facts);
  }

  /** Adds what was counted elsewhere, {@link MAX_MERGED} counts at most, once for each number above 0. */
  async merge(number: number, counts: readonly WindowCount[]): Promise<void> {
    const facts = counts.flatMap(({ window, startsMs, used }) => [windows[window], startsMs, used]);
    await this.add(number, counts, facts);
  }

  /** Gives running requests their places, whatever room there is, or renews their leases. Without any it only looks. */
  async hold(places: readonly Places[]): Promise<void> {
    const all = places.flatMap(({ id, counters }) => counters.map((counter) => ({ id, counter })));
    for (let begin = 0; begin === 0 || begin < all.length; begin += MAX_HELD) {
      const held = all.slice(begin, begin + MAX_HELD);
      const keys = held.map(({ counter }) => this.keyOf(counter));
      this.seeIn(await this.run(holdScript, keys, [String(PLACE_LEASE_MS), ...held.map(({ id }) => id)]));
    }
  }

  private async add(
    number: number,
    counts: readonly Pick<WindowCount, 'counter'>[],
    facts: readonly number[],
  ): Promise<void> {
    const keys = counts.map(({ counter }) => this.keyOf(counter));
    const numbers = `${this.redis.prefix}:limit-merges:${this.instanceId}`;
    this.seeIn(await this.run(addScript, [numbers, ...keys], [number, ...facts].map(String)));
  }

  private async run(script: RedisScript, keys: readonly string[], values: readonly string[]): Promise<unknown> {
    const moment = this.epochMs ? String(this.epochMs()) : '';
    return await this.redis.run(
      script,
      [`${this.redis.prefix}:limit-life`, ...keys],
      [moment, randomUUID(), ...values],
    );
  }

  private keyOf(counter: string): string {
    return `${this.redis.prefix}:limit:${counter}`;
  }

  private seeIn(answer: unknown): void {
    this.see(lifeAnswer.parse(answer)[0]);
  }

  private see(life: string): void {
    if (life === this.life) return;
    const isLost = this.life !== undefined;
    this.life = life;
    if (isLost) this.onLost();
  }
}
