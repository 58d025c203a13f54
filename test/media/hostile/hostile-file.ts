import type { AudioContainerName } from '../../../src/domain/audio-container.js';

/** A file that is made to keep a parser busy, to take its memory or to be paid for what it does not hold. */
export interface HostileFile {
  /** What it is, as a failing test says it. */
  readonly name: string;
  /** What it is taken for. */
  readonly container: AudioContainerName;
  make(): Buffer;
}
