import type { ByteRun } from '../byte-run.js';
import type { StepBudget } from '../step-budget.js';

/** How much of the run is looked at in one piece; no block is larger. */
const PIECE_BYTES = 96 * 1024;

/**
 * Visits blocks that all are as large, one after the other; the last one may be cut off.
 * @param blockBytes 1 to 65,535
 * @param visit is given each block, which is good for as long as the call
 */
export function walkBlocks(run: ByteRun, steps: StepBudget, blockBytes: number, visit: (block: Buffer) => void): void {
  const pieceBytes = Math.floor(PIECE_BYTES / blockBytes) * blockBytes;
  for (let position = 0; ; position += pieceBytes) {
    const piece = run.view(position, pieceBytes);
    for (let at = 0; at < piece.length; at += blockBytes) {
      steps.take();
      visit(piece.subarray(at, at + blockBytes));
    }
    if (piece.length < pieceBytes) return;
  }
}
