import { LRUCache } from 'lru-cache';
import { isDatabaseUnavailable } from './database-errors.js';

/** How long answers are good for, and how many are kept. */
export interface ConfirmedAnswersOptions {
  /** What is there, and as much again of what is not: made-up keys push nothing out that is there. */
  readonly max: number;
  /** For so long the database is not asked again. */
  readonly freshMs: number;
  /** The same for what is not there; absent = `freshMs`. */
  readonly missingFreshMs?: number;
  /** How old an answer may be that is given while the database is away; none is fresh for longer. */
  readonly graceMs: number;
  /** Milliseconds since some moment, which never go back. */
  readonly nowMs: () => number;
}

interface Confirmed<Answer> {
  /** undefined = there is none. */
  readonly answer: Answer | undefined;
  /** When the database was asked for it. */
  readonly askedMs: number;
  /** How often everything had expired by then. */
  readonly epoch: number;
}

/**
 * What the database has said of single things, each by its key: for some seconds it is not asked again, and while it is away
 * its last answer holds for a time of grace, be it that there is no such thing. Who asks for the same thing at the same time
 * shares one answer.
 */
export class ConfirmedAnswers<Answer extends object> {
  private readonly there: LRUCache<string, Confirmed<Answer>>;
  private readonly missing: LRUCache<string, Confirmed<Answer>>;
  private readonly asking = new Map<string, Promise<Answer | undefined>>();
  private epoch = 0;

  constructor(private readonly options: ConfirmedAnswersOptions) {
    this.there = new LRUCache({ max: options.max });
    this.missing = new LRUCache({ max: options.max });
  }

  /**
   * What is known of a thing, or else what the database says of it.
   * @param ask asks the database
   * @returns undefined when there is none
   * @throws the error of `ask`; that of a database that is away only when its last answer is older than the time of grace
   */
  async find(key: string, ask: () => Promise<Answer | undefined>): Promise<Answer | undefined> {
    const known = this.known(key);
    if (known && known.epoch === this.epoch && this.ageOf(known) < this.freshMsOf(known)) return known.answer;
    try {
      return await (this.asking.get(key) ?? this.ask(key, ask));
    } catch (error) {
      const last = this.known(key);
      if (last && isDatabaseUnavailable(error) && this.ageOf(last) <= this.options.graceMs) return last.answer;
      throw error;
    }
  }

  /** Forgets what is meant, because it has changed. An answer that is under way may be from before, and is not kept. */
  forget(isMeant: (answer: Answer) => boolean): void {
    this.asking.clear();
    for (const [key, { answer }] of this.there.entries()) if (answer && isMeant(answer)) this.there.delete(key);
  }

  /** Forgets everything that there is not; see {@link forget}. */
  forgetAllMissing(): void {
    this.asking.clear();
    this.missing.clear();
  }

  /** Has everything confirmed anew, because it may have changed. While the database is away the last answers hold, as ever. */
  expire(): void {
    this.asking.clear();
    this.epoch += 1;
  }

  /** Forgets that there is no such thing; see {@link forget}. */
  forgetMissing(key: string): void {
    this.asking.clear();
    this.missing.delete(key);
  }

  /** Forgets all; see {@link forget}. */
  clear(): void {
    this.asking.clear();
    this.there.clear();
    this.missing.clear();
  }

  private async ask(key: string, ask: () => Promise<Answer | undefined>): Promise<Answer | undefined> {
    const askedMs = this.options.nowMs();
    const { epoch } = this;
    const asking = ask();
    this.asking.set(key, asking);
    try {
      const answer = await asking;
      if (this.asking.get(key) === asking) this.remember(key, { answer, askedMs, epoch });
      return answer;
    } finally {
      if (this.asking.get(key) === asking) this.asking.delete(key);
    }
  }

  private remember(key: string, confirmed: Confirmed<Answer>): void {
    const [home, other] = confirmed.answer ? [this.there, this.missing] : [this.missing, this.there];
    home.set(key, confirmed);
    other.delete(key);
  }

  private known(key: string): Confirmed<Answer> | undefined {
    return this.there.get(key) ?? this.missing.get(key);
  }

  private ageOf({ askedMs }: Confirmed<Answer>): number {
    return this.options.nowMs() - askedMs;
  }

  private freshMsOf({ answer }: Confirmed<Answer>): number {
    const { freshMs, missingFreshMs = freshMs, graceMs } = this.options;
    return Math.min(answer ? freshMs : missingFreshMs, graceMs);
  }
}
