import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { failureReasons } from '../../domain/errors.js';
import type { Redis } from '../../redis/redis.js';
import type { DeploymentHealth, HealthListener, KnownTrouble, Opening } from '../deployment-health.js';
import { circuitsScript } from './circuits-script.js';

/** What one script is given at most: nobody else is answered meanwhile. */
const MAX_TOLD = 500;
/** The longest cooldown that can be set: what others tell is not believed for longer. */
const MAX_OPEN_MS = 86_400_000;

/** What others have not heard yet of one deployment. What is named first happened first. */
interface News {
  readonly isReset: boolean;
  /** Id of the opening that ended, '' = none: what failed before does not count any more. Undefined where nothing has gone well. */
  readonly recovered: string | undefined;
  /** After that. */
  readonly failures: number;
  readonly opened: { readonly opening: Opening; readonly before: string | undefined } | undefined;
}

const NO_NEWS: News = { isReset: false, recovered: undefined, failures: 0, opened: undefined };

const recordSchema = z.object({
  failures: z.number(),
  opening: z.string().optional(),
  until_ms: z.number().optional(),
  // Another version may know more of them.
  reason: z.enum(failureReasons).optional().catch('unknown'),
  openings: z.number().optional(),
});
const answerSchema = z.tuple([z.string(), z.number()], z.string());

/** Circuits of deployments that all gateways share by a Redis: each goes on by what it knows, and they tell each other of changes. */
export class SharedCircuits implements HealthListener {
  private news = new Map<string, News>();
  /** Of the memory of Redis, when it was seen last. */
  private life: string | undefined;

  /**
   * @param onNews told that there is something to tell
   * @param epochMs the clock of `health`
   */
  constructor(
    private readonly redis: Pick<Redis, 'prefix' | 'run'>,
    private readonly health: DeploymentHealth,
    private readonly onNews: () => void,
    private readonly epochMs: () => number,
  ) {}

  failed(id: string): void {
    this.note(id, (news) => ({ ...news, failures: news.failures + 1 }));
  }

  recovered(id: string, opening: string | undefined): void {
    // Of an opening of which the others have not heard they know what was before it.
    const { isReset, opened } = this.newsOf(id);
    const known = opened && opened.opening.id === opening ? opened.before : opening;
    this.note(id, () => ({ ...NO_NEWS, isReset, recovered: known ?? '' }));
  }

  opened(id: string, opening: Opening, before: string | undefined): void {
    this.note(id, (news) => ({ ...news, opened: { opening, before: news.opened ? news.opened.before : before } }));
  }

  reset(id: string): void {
    this.note(id, () => ({ ...NO_NEWS, isReset: true }));
  }

  /** Tells the others what is new here, and takes what they have told. @throws RedisAwayError where Redis is away */
  async exchange(): Promise<void> {
    let told: number;
    do told = await this.exchangeSome();
    while (told === MAX_TOLD);
  }

  /** @returns of how many it has told */
  private async exchangeSome(): Promise<number> {
    const told = [...this.news].slice(0, MAX_TOLD);
    for (const [id] of told) this.news.delete(id);
    let answer: unknown;
    try {
      answer = await this.redis.run(
        circuitsScript,
        [`${this.redis.prefix}:circuits`],
        [randomUUID(), JSON.stringify(told.map(([id, news]) => this.onWire(id, news)))],
      );
    } catch (error) {
      // They may have heard of it: then failures count twice, and nothing else is different.
      for (const [id, news] of told) this.news.set(id, inOrder(news, this.newsOf(id)));
      throw error;
    }
    const [life, nowMs, ...records] = answerSchema.parse(answer);
    const isLost = this.life !== undefined && this.life !== life;
    this.life = life;
    if (isLost) this.tellAgain();
    this.adopt(this.readRecords(records, nowMs));
    return told.length;
  }

  /** Redis has lost everything: what is open here stays open. */
  private tellAgain(): void {
    for (const [id, opening] of this.health.openings()) {
      if (!this.news.has(id)) this.news.set(id, { ...NO_NEWS, opened: { opening, before: undefined } });
    }
  }

  private adopt(known: ReadonlyMap<string, KnownTrouble>): void {
    for (const id of new Set([...known.keys(), ...this.health.troubled()])) {
      const { isReset, recovered, opened, failures } = this.newsOf(id);
      // What has happened here meanwhile is told first.
      if (isReset || recovered !== undefined || opened) continue;
      const trouble = known.get(id) ?? { failures: 0, opening: undefined };
      this.health.adopt(id, { ...trouble, failures: trouble.failures + failures });
    }
  }

  /** @param records id and record in turn @param nowMs when they were read, by the clock of Redis */
  private readRecords(records: readonly string[], nowMs: number): ReadonlyMap<string, KnownTrouble> {
    const known = new Map<string, KnownTrouble>();
    for (let n = 0; n + 1 < records.length; n += 2) {
      const [id, text] = [records[n] ?? '', records[n + 1] ?? ''];
      const { failures, opening, until_ms, reason, openings } = recordSchema.parse(JSON.parse(text));
      const isOpen = opening !== undefined && until_ms !== undefined && reason && openings !== undefined;
      const untilMs = this.epochMs() + Math.min((until_ms ?? 0) - nowMs, MAX_OPEN_MS);
      known.set(id, { failures, opening: isOpen ? { id: opening, untilMs, reason, openings } : undefined });
    }
    return known;
  }

  private onWire(id: string, { isReset, recovered, failures, opened }: News): object {
    if (!opened) return { id, is_reset: isReset, recovered, failures };
    const { opening, before = '' } = opened;
    const { id: opening_id, untilMs, reason, openings } = opening;
    const for_ms = Math.max(untilMs - this.epochMs(), 0);
    return { id, is_reset: isReset, recovered, failures, opened: { id: opening_id, before, for_ms, reason, openings } };
  }

  private newsOf(id: string): News {
    return this.news.get(id) ?? NO_NEWS;
  }

  private note(id: string, change: (news: News) => News): void {
    this.news.set(id, change(this.newsOf(id)));
    this.onNews();
  }
}

/** One piece of news after another. */
function inOrder(first: News, second: News): News {
  if (second.isReset || second.recovered !== undefined) return { ...second, isReset: first.isReset || second.isReset };
  return { ...first, failures: first.failures + second.failures, opened: second.opened ?? first.opened };
}
