import { appendFileSync, closeSync, fsyncSync, mkdirSync, openSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { v7 } from 'uuid';
import type { FsyncMode } from '../../config/ledger-modes.js';
import { ConfigError } from '../../config/settings.js';
import type { EncodedLog } from '../entry/ledger-record.js';
import { DiskSync } from './disk-sync.js';
import { encodeLine, type RecordKind } from './journal-record.js';
import { Reserve, RESERVE_NAME } from './reserve.js';
import { SegmentFile, systemCalls, type SegmentCalls } from './segment-file.js';
import { bootOfSegment, segmentName } from './segment-name.js';
import type { Damage } from './segment-reader.js';

const SEGMENT_BYTES = 16 * 1024 * 1024;
/** A segment that has been read to its end is left for a new one when it is so large or so old, and then it is removed. */
const IDLE_SEGMENT_BYTES = 256 * 1024;
const IDLE_SEGMENT_MS = 10_000;
const DAMAGED = 'damaged.log';
const REFUSED = 'refused.log';
/** So much of a damaged stretch is kept. */
const MAX_KEPT_DAMAGE_BYTES = 1024 * 1024;

/** Where the journal is, and how it is written. */
export interface JournalOptions {
  readonly folder: string;
  readonly fsync: FsyncMode;
  /** What all segments together may take before requests are refused. */
  readonly maxBytes: number;
  readonly segmentBytes?: number;
  /** What is kept free for the records of requests that are under way when the disk is full. */
  readonly reserveBytes?: number;
  readonly calls?: SegmentCalls;
}

/** A segment that this process writes, or has written. */
export interface OwnSegment {
  readonly path: string;
  /** Length of what is whole in it; it grows until the segment is complete. */
  readonly bytes: number;
  /** Whether nothing will be added to it. */
  readonly isComplete: boolean;
}

/** The segments that a process before this one has left, in their order. */
export interface EarlierBoot {
  readonly boot: string;
  readonly segments: readonly { readonly path: string; readonly bytes: number }[];
}

class Segment implements OwnSegment {
  isComplete = false;
  /** Whether all that is in it has reached the database. */
  isSettled = false;
  /** Requests whose record `o` is in it, and that have not ended. */
  openRequests = 0;
  readonly startedAt = performance.now();

  constructor(readonly file: SegmentFile) {}

  get path(): string {
    return this.file.path;
  }

  get bytes(): number {
    return this.file.bytes;
  }
}

/**
 * The ledger's journal on the local disk. It has the log of every request before the answer's last byte goes out, and of every
 * request that is being sent to a provider, whatever becomes of this process or the database; the ledger's writer brings it
 * into the database and releases what it has brought.
 *
 * It is a folder of segments, files that lines are appended to (`journal-record.ts`). Nobody else may use the folder: that is
 * what the lock of the data folder is for.
 */
export class Journal {
  /** What was there when it was opened. */
  readonly earlier: readonly EarlierBoot[];
  private readonly boot = v7();
  private readonly own: Segment[] = [];
  private readonly openRequests = new Map<string, Segment>();
  private readonly reserve: Reserve;
  private readonly disk: DiskSync;
  /** Files that nobody needs any more, until they are removed, with what they take. */
  private readonly obsolete = new Map<string, number>();
  private earlierBytes: number;
  private segmentsMade = 0;

  /**
   * Opens the journal; the folder is made where there is none.
   * @throws ConfigError when it cannot be kept there
   */
  constructor(private readonly options: JournalOptions) {
    const { folder } = options;
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      this.earlier = findEarlier(folder);
      this.earlierBytes = bytesOf(this.earlier);
      this.reserve = new Reserve(join(folder, RESERVE_NAME), options.reserveBytes);
      this.disk = new DiskSync(options.fsync);
      this.startSegment();
    } catch (error) {
      throw new ConfigError(
        `The ledger's journal cannot be kept in ${folder}: ${String(error)}. Make the folder writable for this user, or choose another with DATA_DIR.`,
        { cause: error },
      );
    }
  }

  /** What the segments take on the disk. */
  get bytes(): number {
    const own = this.own.reduce((sum, { bytes }) => sum + bytes, 0);
    return this.earlierBytes + own + [...this.obsolete.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  /** Whether no further request should be promised a record: the disk or the bound is reached. */
  get isFull(): boolean {
    return this.bytes >= this.options.maxBytes || !this.reserve.isHeld();
  }

  /** The segments of this process, oldest first; the last one is being written. */
  get segments(): readonly OwnSegment[] {
    return this.own;
  }

  /**
   * A request is about to be sent to a provider; should it never end here, this is its log.
   * @throws the system's error when it cannot be written
   */
  async open(log: EncodedLog): Promise<void> {
    const segment = this.append('o', log);
    segment.openRequests += 1;
    this.openRequests.set(log.id, segment);
    await this.disk.written(segment.file);
  }

  /**
   * A request has ended. When the disk is full, what is held in reserve is used.
   * @throws the system's error when it cannot be written all the same
   */
  async close(log: EncodedLog): Promise<void> {
    const segment = this.appendWithReserve(log);
    this.forget(log.id);
    await this.disk.written(segment.file);
  }

  /** The request needs no record any more: it has another place in the database's queue. */
  forget(id: string): void {
    const segment = this.openRequests.get(id);
    if (!segment) return;
    this.openRequests.delete(id);
    segment.openRequests -= 1;
    this.removeIfDone(segment);
  }

  /** All that is in a segment has reached the database: it goes when nothing in it is open. */
  settled(path: string): void {
    const segment = this.own.find((it) => it.path === path);
    if (!segment) return;
    segment.isSettled = true;
    this.removeIfDone(segment);
  }

  /** All that an earlier process has left has reached the database. */
  settledEarlier({ segments }: EarlierBoot): void {
    for (const { path, bytes } of segments) {
      this.earlierBytes -= bytes;
      this.discard(path, bytes);
    }
  }

  /**
   * Everything that has been written has been read: what is kept longer than need be would be written again after a crash.
   * @throws the system's error; what it does not let be done now is tried again by the next call
   */
  tidy(): void {
    for (const path of this.obsolete.keys()) this.remove(path);
    const current = this.current;
    const isOld = performance.now() - current.startedAt > IDLE_SEGMENT_MS;
    if (current.bytes === 0 || (current.bytes < IDLE_SEGMENT_BYTES && !isOld)) return;
    this.rotate();
  }

  /** Keeps what is no record apart, and leaves the rest alone. */
  setAside({ path, offset, bytes }: Damage): void {
    const head = `# ${path} from byte ${offset}, ${bytes.length} bytes\n`;
    appendFileSync(
      join(this.options.folder, DAMAGED),
      Buffer.concat([Buffer.from(head), bytes.subarray(0, MAX_KEPT_DAMAGE_BYTES), Buffer.from('\n')]),
      { mode: 0o600 },
    );
  }

  /** Keeps a log apart that the database does not take in any form. */
  refuse(log: EncodedLog): void {
    appendFileSync(join(this.options.folder, REFUSED), encodeLine({ kind: 'c', ...log }), { mode: 0o600 });
  }

  /** No more is written. What has not reached the database stays for the next start. */
  async shut(): Promise<void> {
    const { current } = this;
    current.isComplete = true;
    this.disk.finish(current.file);
    await this.disk.end();
    if (current.bytes === 0) current.isSettled = true;
    this.removeIfDone(current);
    this.reserve.release();
  }

  private get current(): Segment {
    const current = this.own.at(-1);
    if (!current) throw new Error('the journal has no segment');
    return current;
  }

  private appendWithReserve(log: EncodedLog): Segment {
    try {
      return this.append('c', log);
    } catch (error) {
      if (!this.reserve.release()) throw error;
      return this.append('c', log);
    }
  }

  private append(kind: RecordKind, log: EncodedLog): Segment {
    const line = encodeLine({ kind, ...log });
    const { segmentBytes = SEGMENT_BYTES } = this.options;
    const before = this.current;
    if (before.file.isTorn || (before.bytes > 0 && before.bytes + line.length > segmentBytes)) this.rotate();
    const { current } = this;
    current.file.append(line);
    return current;
  }

  private rotate(): void {
    const before = this.current;
    this.startSegment();
    before.isComplete = true;
    this.disk.finish(before.file);
  }

  private startSegment(): void {
    this.segmentsMade += 1;
    const name = segmentName(this.boot, this.segmentsMade);
    this.own.push(new Segment(SegmentFile.create(join(this.options.folder, name), this.options.calls ?? systemCalls)));
    if (this.options.fsync !== 'never') syncFolder(this.options.folder);
  }

  private removeIfDone(segment: Segment): void {
    if (!segment.isSettled || !segment.isComplete || segment.openRequests > 0) return;
    this.own.splice(this.own.indexOf(segment), 1);
    this.discard(segment.path, segment.bytes);
  }

  /** Nobody waits for the removal of a file, and where it fails nothing is lost: it is written again after a crash. */
  private discard(path: string, bytes: number): void {
    this.obsolete.set(path, bytes);
    try {
      this.remove(path);
    } catch {
      // `tidy` tries again, and its caller says so.
    }
  }

  private remove(path: string): void {
    rmSync(path, { force: true });
    this.obsolete.delete(path);
  }
}

function findEarlier(folder: string): EarlierBoot[] {
  const boots = new Map<string, { path: string; bytes: number }[]>();
  for (const name of readdirSync(folder).toSorted()) {
    const boot = bootOfSegment(name);
    if (boot === undefined) continue;
    const path = join(folder, name);
    boots.set(boot, [...(boots.get(boot) ?? []), { path, bytes: statSync(path).size }]);
  }
  return [...boots].map(([boot, segments]) => ({ boot, segments }));
}

function bytesOf(boots: readonly EarlierBoot[]): number {
  return boots.flatMap(({ segments }) => segments).reduce((sum, { bytes }) => sum + bytes, 0);
}

/** A new name in a folder must reach the disk, too. */
function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
