import { closeSync, openSync, rmSync, writeSync } from 'node:fs';

/** What the file of it is called, in the journal's folder. */
export const RESERVE_NAME = 'reserve';

const RESERVE_BYTES = 4 * 1024 * 1024;
const RETRY_MS = 1000;

/**
 * Room on the disk that is given up when the disk is full, so that requests that have been let in by then can still be recorded.
 * While there is none, no others are to be let in.
 */
export class Reserve {
  private held = false;
  private triedAt = -Infinity;

  /** @throws the system's error when it cannot be made for another reason than a full disk */
  constructor(
    private readonly path: string,
    private readonly bytes = RESERVE_BYTES,
  ) {
    this.take();
  }

  /** Whether it is there; where it is not, it is tried to make it again, once a second at most. */
  isHeld(): boolean {
    if (!this.held && performance.now() - this.triedAt > RETRY_MS) {
      try {
        this.take();
      } catch {
        // It is told by what it means: requests are refused.
      }
    }
    return this.held;
  }

  /** Gives the room up. @returns whether there was any */
  release(): boolean {
    const wasHeld = this.held;
    this.held = false;
    this.triedAt = performance.now();
    rmSync(this.path, { force: true });
    return wasHeld;
  }

  private take(): void {
    this.triedAt = performance.now();
    const descriptor = openSync(this.path, 'w', 0o600);
    try {
      const zeros = Buffer.alloc(64 * 1024);
      for (let done = 0; done < this.bytes;) {
        done += writeSync(descriptor, zeros, 0, Math.min(zeros.length, this.bytes - done));
      }
      this.held = true;
    } catch (error) {
      rmSync(this.path, { force: true });
      if (!isDiskFull(error)) throw error;
    } finally {
      closeSync(descriptor);
    }
  }
}

function isDiskFull(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return code === 'ENOSPC' || code === 'EDQUOT';
}
