import type { DatabaseCounters } from './database-counters.js';
import type { GivenBack, LimitCounters, Places, Taken, Taking, WindowCount } from './limit-counters.js';
import type { LimitsRepository } from './limits.repository.js';
import type { MemoryCounters } from './memory-counters.js';

/** What was to be added to the database, and may have been. */
interface Merge {
  readonly number: number;
  readonly counts: readonly WindowCount[];
  readonly places: readonly Places[];
}

/**
 * Counts in memory as long as the gateway is alone on its database, and in the database while there are others. What was counted
 * before a change of place counts after it, once. Begins in the database, so that the first move to memory takes over what an earlier
 * process has counted. One at a time moves or saves.
 */
export class SharedCounters implements LimitCounters {
  private isShared = true;
  /** There while the place changes: whoever comes meanwhile waits. */
  private gate: Promise<void> | undefined;
  private merges = 0;
  private unsure: Merge | undefined;

  constructor(
    private readonly memory: MemoryCounters,
    private readonly database: DatabaseCounters,
    private readonly repository: Pick<LimitsRepository, 'merge' | 'takeOver'>,
    private readonly instanceId: string,
  ) {}

  /** Where is counted now. */
  get place(): 'memory' | 'database' {
    return this.isShared ? 'database' : 'memory';
  }

  take(taking: Taking): Taken | Promise<Taken> {
    return this.gate ? this.takeLater(taking) : this.current.take(taking);
  }

  async giveBack(given: readonly GivenBack[]): Promise<void> {
    while (this.gate) await this.gate;
    await this.current.giveBack(given);
  }

  leave(id: string): void {
    if (this.gate) void this.leaveLater(id);
    else this.current.leave(id);
  }

  /**
   * Counts where it has to be counted.
   * @param others whether there are other gateways
   * @throws what the database answers: then is counted where it was before, and the same may be tried again
   */
  async move(others: boolean): Promise<void> {
    if (others === this.isShared) return;
    const moving = others ? this.moveToDatabase() : this.moveToMemory();
    this.gate = moving.catch(() => undefined).finally(() => (this.gate = undefined));
    await moving;
  }

  /** Writes down what was counted in memory since the last time, for whoever counts after this process. @throws as {@link move} */
  async save(): Promise<void> {
    if (this.isShared) return;
    if (this.unsure) await this.merge(this.unsure);
    const { counts } = this.memory.uncounted;
    if (counts.length > 0) await this.merge({ number: this.merges + 1, counts, places: [] });
  }

  private get current(): LimitCounters {
    return this.isShared ? this.database : this.memory;
  }

  /** An answer that did not come may have been carried out: the same is asked again before anything else. */
  private async moveToDatabase(): Promise<void> {
    if (this.unsure) await this.merge(this.unsure);
    const { counts, places } = this.memory.uncounted;
    await this.merge({ number: this.merges + 1, counts, places });
    this.database.adopt(places);
    this.memory.clear();
    this.isShared = true;
  }

  private async merge(merge: Merge): Promise<void> {
    this.unsure = merge;
    const isDone = await this.repository.merge(this.instanceId, merge.number, merge.counts, merge.places);
    if (!isDone) throw new Error('the lease of this gateway has ended');
    this.unsure = undefined;
    this.merges = merge.number;
    this.memory.noteKnown(merge.counts);
  }

  private async moveToMemory(): Promise<void> {
    await this.database.whenIdle();
    const counts = await this.repository.takeOver(this.instanceId);
    this.memory.load(counts, this.database.places);
    this.database.adopt([]);
    this.isShared = false;
  }

  private async takeLater(taking: Taking): Promise<Taken> {
    while (this.gate) await this.gate;
    return await this.current.take(taking);
  }

  private async leaveLater(id: string): Promise<void> {
    while (this.gate) await this.gate;
    this.current.leave(id);
  }
}
