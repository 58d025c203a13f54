import type { ByteRun } from '../byte-run.js';
import type { StepBudget } from '../step-budget.js';
import type { Walked } from '../walk.js';

/** What the header of one frame says. */
export interface Frame {
  /** Of the whole frame, with its header. */
  readonly lengthBytes: number;
  /** Of each channel; 0 = it adds to the sound of another frame. */
  readonly samples: number;
  /** In hertz. */
  readonly sampleRate: number;
  /** What does not change within a stream, as one number: frames that differ in it do not follow each other by chance. */
  readonly kind: number;
}

/** A codec whose frames begin with a mark, and tell their own length. */
export interface FrameCodec {
  /** As in {@link Walked}. */
  readonly name: string;
  /** The first byte of every frame. */
  readonly mark: number;
  /** How much of a frame {@link frameAt} looks at. */
  readonly headerBytes: number;
  /** No frame is longer. */
  readonly maxFrameBytes: number;
  /** The frame whose header is there; undefined where it is none. */
  frameAt(bytes: Buffer, offset: number): Frame | undefined;
  /** How far decoders are led astray by what looks like a header there and is none, where they do not look at the next one first. */
  strayBytes?(bytes: Buffer, offset: number): number | undefined;
}

/** Is given every whole frame, and where it is in the bytes at hand, which are good for as long as the call. */
export type FrameVisitor = (frame: Frame, bytes: Buffer, offset: number) => void;

/** How much of the run is looked at in one piece. */
const BLOCK_BYTES = 96 * 1024;
/** Headers in a row, each where the one before says, that are no chance. */
const LOCK = 3;
/** Bytes that are searched for the price of one step: a search is that much faster than a frame. */
const SEARCHED_BYTES_PER_STEP = 64;
/** The price in such bytes of each mark that is found, lest a file of nothing but marks be as cheap as one without. */
const MARK_PRICE_BYTES = 16;

/**
 * Visits the whole frames of a stream, and passes over what lies before, between and behind them: tags, padding, the rest of a frame
 * that was cut. After anything but a frame of the same kind it goes on only where {@link LOCK} headers follow each other.
 */
export function walkFrames(run: ByteRun, steps: StepBudget, codec: FrameCodec, visit: FrameVisitor): void {
  const lookaheadBytes = LOCK * codec.maxFrameBytes + codec.headerBytes;
  let kind: number | undefined;
  /** It is what comes right behind a frame. */
  let isNext = false;
  let position = 0;
  for (;;) {
    const block = run.view(position, BLOCK_BYTES);
    const isLast = block.length < BLOCK_BYTES;
    const last = block.length - (isLast ? codec.headerBytes : lookaheadBytes);
    let offset = 0;
    let searchedBytes = 0;
    while (offset <= last) {
      const frame = codec.frameAt(block, offset);
      if (frame) steps.take();
      if (
        frame &&
        ((isNext && frame.kind === kind) ||
          isLocked(codec, block, offset, { kind, isLast, isFirst: position + offset === 0 }))
      ) {
        kind = frame.kind;
        isNext = true;
        const end = offset + frame.lengthBytes;
        if (end > block.length) return;
        const cutAt = findCut(codec, block, offset, { kind, isLast, end });
        if (cutAt === undefined) visit(frame, block, offset);
        offset = cutAt ?? end;
        continue;
      }
      isNext = false;
      const next = block.indexOf(codec.mark, offset + (codec.strayBytes?.(block, offset) ?? 1));
      const to = next === -1 || next > last ? last + 1 : next;
      searchedBytes += to - offset + MARK_PRICE_BYTES;
      offset = to;
    }
    steps.take(Math.ceil(searchedBytes / SEARCHED_BYTES_PER_STEP));
    if (isLast) return;
    position += offset;
  }
}

/** Where a search for frames stands. */
interface Search {
  /** Of the frames before. */
  readonly kind: number | undefined;
  /** The end of the bytes is the end of the run. */
  readonly isLast: boolean;
  /** It is the beginning of the run, where a frame is expected. */
  readonly isFirst: boolean;
}

function isLocked(codec: FrameCodec, block: Buffer, from: number, { kind, isLast, isFirst }: Search): boolean {
  let offset = from;
  let first: number | undefined;
  for (let count = 0; count < LOCK; count += 1) {
    // The run ends before the rest could be there: where nothing else is expected, or in the midst of its like, it is believed.
    if (isLast && offset + codec.headerBytes > block.length) {
      return count > 0 && (isFirst || first === kind || count === LOCK - 1);
    }
    const frame = codec.frameAt(block, offset);
    // One or two frames in all, and tags behind them.
    if (!frame || frame.kind !== (first ?? frame.kind)) return isFirst && count === LOCK - 1;
    first ??= frame.kind;
    offset += frame.lengthBytes;
  }
  return true;
}

/**
 * Where, within a frame that no other one follows, its like go on: it was cut off there, and another piece of the stream joined to it.
 */
function findCut(
  codec: FrameCodec,
  block: Buffer,
  from: number,
  frame: { kind: number; isLast: boolean; end: number },
): number | undefined {
  const { kind, isLast, end } = frame;
  if (end + codec.headerBytes > block.length || codec.frameAt(block, end)?.kind === kind) return undefined;
  for (let at = block.indexOf(codec.mark, from + 1); at !== -1 && at < end; at = block.indexOf(codec.mark, at + 1)) {
    if (isLocked(codec, block, at, { kind: undefined, isLast, isFirst: false })) return at;
  }
  return undefined;
}

/** Adds up the frames of a stream; undefined where there is none. */
export function countFrames(run: ByteRun, steps: StepBudget, codec: FrameCodec): Walked | undefined {
  let seconds = 0;
  walkFrames(run, steps, codec, (frame) => {
    seconds += frame.samples / frame.sampleRate;
  });
  return seconds > 0 ? { seconds, method: 'counted', codec: codec.name } : undefined;
}
