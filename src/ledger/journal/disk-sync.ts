import { fdatasync } from 'node:fs';
import { promisify } from 'node:util';
import type { FsyncMode } from '../../config/ledger-modes.js';
import type { SegmentFile } from './segment-file.js';

const INTERVAL_MS = 1000;

/** Brings what was written from the system's memory to the disk. */
export class DiskSync {
  private readonly timer: NodeJS.Timeout | undefined;
  /** Files that hold something that may not be on the disk. */
  private readonly dirty = new Set<SegmentFile>();
  /** Files that nothing is added to, and that are closed when they are on the disk. */
  private readonly finished = new Set<SegmentFile>();
  private running: Promise<void> = Promise.resolve();
  private next: Promise<void> | undefined;

  constructor(
    private readonly mode: FsyncMode,
    private readonly sync: (descriptor: number) => Promise<void> = promisify(fdatasync),
  ) {
    if (mode === 'interval')
      this.timer = setInterval(() => void this.all().catch(() => undefined), INTERVAL_MS).unref();
  }

  /**
   * Something was added to the file.
   * @returns when it may be relied on, as far as the mode goes
   * @throws the system's error
   */
  async written(file: SegmentFile): Promise<void> {
    if (this.mode === 'never') return;
    this.dirty.add(file);
    if (this.mode === 'always') await this.all();
  }

  /** Nothing more will be added to the file: it is closed when it is on the disk. */
  finish(file: SegmentFile): void {
    if (!this.dirty.has(file)) file.close();
    else this.finished.add(file);
  }

  /** Everything is on the disk, and finished files are closed. */
  async end(): Promise<void> {
    clearInterval(this.timer);
    await this.all().catch(() => undefined);
  }

  /** All that has come while the last one ran share the next one. */
  private all(): Promise<void> {
    this.next ??= this.running
      .catch(() => undefined)
      .then(() => {
        this.next = undefined;
        this.running = this.syncDirty();
        return this.running;
      });
    return this.next;
  }

  private async syncDirty(): Promise<void> {
    const files = [...this.dirty];
    this.dirty.clear();
    try {
      for (const file of files) await this.sync(file.descriptor);
    } finally {
      for (const file of files.filter((it) => this.finished.delete(it))) file.close();
    }
  }
}
