import type { EncodedLog } from '../entry/ledger-record.js';
import type { EarlierBoot, Journal, OwnSegment } from './journal.js';
import { SegmentReader, type Damage, type ReadLine } from './segment-reader.js';

/** How much is brought to the database at once, at most. */
export interface BatchLimits {
  readonly logs: number;
  /** Of JSON, in UTF-16 units. A single log may be larger. */
  readonly size: number;
}

/** Logs to be written next. */
export interface Batch {
  readonly logs: readonly EncodedLog[];
  /** How many of them this process has written; the others are of earlier ones. */
  readonly own: number;
  /** To be called when all of them have been written, or been set aside. */
  readonly settle: () => void;
}

/** Who is told of what cannot be read. */
export interface FollowerListener {
  /** A stretch that is no record. */
  onDamage(damage: Damage): void;
  /** A segment that the system does not let be read now. */
  onUnreadable(path: string, error: unknown): void;
}

/** A log; or what to do when all before it have been settled; or nothing for now. */
type Step = ReadLog | (() => void) | undefined;

interface ReadLog extends EncodedLog {
  readonly isOwn: boolean;
}

/**
 * Reads the journal from its start, first what earlier processes have left, then what this one writes, and hands out the logs in
 * batches. What it has read is remembered by place only, so that a long outage of the database fills no memory.
 */
export class JournalFollower {
  private readonly steps: AsyncGenerator<Step, void>;
  /** A log that did not fit into the last batch. */
  private held: ReadLog | undefined;

  constructor(
    private readonly journal: Journal,
    private readonly listener: FollowerListener,
  ) {
    this.steps = this.read();
  }

  /** The next batch; undefined when there is nothing to write now. One at a time: the one before is settled first. */
  async next(limits: BatchLimits): Promise<Batch | undefined> {
    const logs: ReadLog[] = [];
    const done: (() => void)[] = [];
    for (let size = 0; logs.length < limits.logs;) {
      const step = this.held ?? ((await this.steps.next()).value || undefined);
      this.held = undefined;
      if (step === undefined) break;
      if (typeof step === 'function') {
        done.push(step);
        continue;
      }
      size += step.json.length;
      if (logs.length > 0 && size > limits.size) {
        this.held = step;
        break;
      }
      logs.push(step);
    }
    const settle = (): void => {
      for (const it of done) it();
    };
    if (logs.length > 0) return { logs, own: logs.filter(({ isOwn }) => isOwn).length, settle };
    settle();
    return undefined;
  }

  /** Closes the file that is being read. */
  async close(): Promise<void> {
    await this.steps.return(undefined);
  }

  private async *read(): AsyncGenerator<Step, void> {
    for (const boot of this.journal.earlier) yield* this.readEarlier(boot);
    // The last one ends when the journal has been shut.
    for (let segment = this.journal.segments[0]; segment;) {
      const current: OwnSegment = segment;
      yield* this.readOwn(current);
      const { segments }: Journal = this.journal;
      segment = segments[segments.indexOf(current) + 1];
      yield () => this.journal.settled(current.path);
    }
  }

  private async *readEarlier(boot: EarlierBoot): AsyncGenerator<Step> {
    const opened = new Map<string, string>();
    let isWhole = true;
    for (const { path, bytes } of boot.segments) {
      await using reader = new SegmentReader(path);
      for (;;) {
        const line = await this.nextLine(reader, bytes, true);
        if (line === 'unreadable') isWhole = false;
        if (!line || line === 'unreadable') break;
        if ('damage' in line) {
          this.listener.onDamage(line.damage);
          continue;
        }
        const { kind, id, json } = line.record;
        if (kind === 'o') opened.set(id, json);
        else {
          opened.delete(id);
          yield { id, json, isOwn: false };
        }
      }
    }
    // It stays for the next start, and what of it has been written is not written again.
    if (!isWhole) return;
    // What was opened and never closed was lost with its process; only all segments together tell.
    for (const [id, json] of opened) yield { id, json, isOwn: false };
    yield () => this.journal.settledEarlier(boot);
  }

  /** Ends when the segment is complete and read to its end. */
  private async *readOwn(segment: OwnSegment): AsyncGenerator<Step> {
    await using reader = new SegmentReader(segment.path);
    for (let end = 0; ;) {
      const line = await this.nextLine(reader, segment.bytes, false);
      if (!line && segment.isComplete && end === segment.bytes) return;
      if (!line || line === 'unreadable') {
        yield undefined;
        continue;
      }
      ({ end } = line);
      if ('damage' in line) this.listener.onDamage(line.damage);
      else if (line.record.kind === 'c') yield { id: line.record.id, json: line.record.json, isOwn: true };
    }
  }

  private async nextLine(
    reader: SegmentReader,
    limit: number,
    isEnd: boolean,
  ): Promise<ReadLine | 'unreadable' | undefined> {
    try {
      return await reader.next(limit, isEnd);
    } catch (error) {
      this.listener.onUnreadable(reader.path, error);
      return 'unreadable';
    }
  }
}
