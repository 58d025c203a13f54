import { Logger } from '@nestjs/common';
import { Batches } from '../database/batches.js';
import { databaseUnavailable } from '../database/database-errors.js';
import {
  placesIn,
  type GivenBack,
  type LimitCounters,
  type Places,
  type Taken,
  type Taking,
} from './limit-counters.js';
import type { LimitsRepository } from './limits.repository.js';

/** How many requests are counted in one statement at most: it holds the rows of their counters. */
const MAX_BATCH = 200;

/** A request that takes, one that has ended, or the wish that places are mended. */
type Question = Taking | { readonly ended: string } | 'mend';

/** Counts in PostgreSQL, for all gateways on one database. */
export class DatabaseCounters implements LimitCounters {
  private readonly logger = new Logger(DatabaseCounters.name);
  private readonly batches = new Batches<Question, Taken | undefined>((questions) => this.ask(questions), MAX_BATCH);
  private readonly running = new Map<string, readonly string[]>();
  private underWay = 0;
  private tellIdle: () => void = () => undefined;
  private hasLostTrack = false;

  constructor(
    private readonly repository: Pick<LimitsRepository, 'take' | 'giveBack' | 'setPlaces'>,
    private readonly instanceId: string,
  ) {}

  async take(taking: Taking): Promise<Taken> {
    const taken = await this.answer(taking);
    if (!taken) throw databaseUnavailable('limits were not counted');
    return taken;
  }

  async giveBack(given: readonly GivenBack[]): Promise<void> {
    try {
      await this.repository.giveBack(given);
    } catch (error) {
      this.logger.warn({ err: error }, 'what a failed request has taken of limits stays counted');
    }
  }

  leave(id: string): void {
    // What could not be told is found by the next mending.
    if (this.running.delete(id)) this.answer({ ended: id }).catch(() => undefined);
  }

  /** The requests that have places. */
  get places(): readonly Places[] {
    return [...this.running].map(([id, counters]) => ({ id, counters }));
  }

  /** The database may think of other places than there are. */
  loseTrack(): void {
    this.hasLostTrack = true;
  }

  /** Whether it may. */
  get needsMending(): boolean {
    return this.hasLostTrack;
  }

  /** From now on these are the requests that have places. */
  adopt(places: readonly Places[]): void {
    this.running.clear();
    this.loseTrack();
    for (const { id, counters } of places) this.running.set(id, counters);
  }

  /** Sees to it that exactly the running requests have places, whatever was lost or left over. @throws as the repository */
  async mend(): Promise<void> {
    await this.answer('mend');
  }

  /** Resolves when nothing is being asked. */
  async whenIdle(): Promise<void> {
    while (this.underWay > 0) await new Promise<void>((resolve) => (this.tellIdle = resolve));
  }

  private async answer(question: Question): Promise<Taken | undefined> {
    this.underWay += 1;
    try {
      return await this.batches.answer(question);
    } catch (error) {
      // It may have been carried out although nobody has heard of it.
      this.loseTrack();
      throw error;
    } finally {
      this.underWay -= 1;
      if (this.underWay === 0) this.tellIdle();
    }
  }

  /** Nothing else is asked meanwhile, so that nobody's place is mended away. */
  private async ask(questions: readonly Question[]): Promise<readonly (Taken | undefined)[]> {
    if (questions.includes('mend')) {
      await this.repository.setPlaces(this.instanceId, this.places);
      this.hasLostTrack = false;
    }
    const ended = questions.flatMap((it) => (typeof it === 'object' && 'ended' in it ? [it.ended] : []));
    const takings = questions.filter((it) => typeof it === 'object' && 'lines' in it);
    if (ended.length + takings.length === 0) return questions.map(() => undefined);
    const answers = new Map<Question, Taken | undefined>();
    for (const [index, taken] of (await this.repository.take(this.instanceId, takings, ended)).entries()) {
      const taking = takings[index];
      if (!taking) continue;
      answers.set(taking, taken);
      const counters = placesIn(taking);
      if (taken && !taken.isRefused && counters.length > 0) this.running.set(taking.id, counters);
    }
    return questions.map((question) => answers.get(question));
  }
}
