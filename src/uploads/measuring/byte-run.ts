/** Bytes in a row, for whoever goes through them from front to back: a file, a part of it, or what a container cut into packets. */
export interface ByteRun {
  /** Up to `count` bytes, fewer only where the run ends: a view that is good until the next read. Positions never go back. */
  view(position: number, count: number): Buffer;
}

/** The bytes of a run from one position up to another, counted from the first of them. */
export function partOf(run: ByteRun, from: number, to: number): ByteRun {
  return { view: (position, count) => run.view(from + position, Math.min(count, Math.max(0, to - from - position))) };
}
