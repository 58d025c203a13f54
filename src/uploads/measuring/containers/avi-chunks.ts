import type { ByteWindow } from '../byte-window.js';
import type { StepBudget } from '../step-budget.js';

const HEADER_BYTES = 8;
/** Of a list, with the name of its kind. */
const LIST_HEADER_BYTES = 12;
const SEARCH_BYTES = 64 * 1024;
const SEARCHED_BYTES_PER_STEP = 64;
/** The price of each that is found and is no chunk. */
const MISS_PRICE_STEPS = 1;
/** The index, whose entries begin with names of chunks. */
const INDEX = 'idx1';
const INDEX_ENTRY_BYTES = 16;
const LAST_LETTERS = Buffer.from('wb', 'latin1');

/** A chunk that holds no other ones. */
export interface AviChunk {
  readonly name: string;
  /** Where its contents are. */
  readonly from: number;
  /** Where they end, at the end of the file at most. */
  readonly to: number;
}

/**
 * All chunks of an AVI file in their order, those of `RIFF` and `LIST` among them, whose own lengths are not believed: OpenDML has
 * several of the former, and a recorder that was interrupted fills in neither. After what is no chunk it goes on at the next one of sound.
 */
export function* aviChunks(bytes: ByteWindow, steps: StepBudget): Generator<AviChunk, undefined> {
  let position = 0;
  for (;;) {
    const header = bytes.view(position, HEADER_BYTES);
    if (header.length < HEADER_BYTES) return undefined;
    const from = position + HEADER_BYTES;
    const name = header.toString('latin1', 0, 4);
    const length = header.readUInt32LE(4);
    if (name === 'RIFF' || name === 'LIST') {
      position += LIST_HEADER_BYTES;
      continue;
    }
    if (name === INDEX) {
      position = endOfIndex(bytes, from);
      continue;
    }
    const isName = header.readUInt32LE(0) !== 0 && isPrintable(header);
    const isWhole = from + length <= bytes.sizeBytes;
    if (isName && (isWhole || isSound(header, 0))) {
      yield { name, from, to: Math.min(from + length, bytes.sizeBytes) };
      position = from + length + (length % 2);
      continue;
    }
    const next = findSound(bytes, steps, position + 1);
    if (next === undefined) return undefined;
    position = next;
  }
}

/** Behind all that looks like entries, lest they be taken for chunks where the length is a lie. */
function endOfIndex(bytes: ByteWindow, from: number): number {
  let position = from;
  for (;;) {
    const entry = bytes.view(position, INDEX_ENTRY_BYTES);
    const isEntry = (isDigit(entry[0]) && isDigit(entry[1])) || entry.toString('latin1', 0, 4) === 'rec ';
    if (entry.length < INDEX_ENTRY_BYTES || !isEntry) return position;
    position += INDEX_ENTRY_BYTES;
  }
}

function isPrintable(name: Buffer): boolean {
  for (let at = 0; at < 4; at += 1) {
    const code = name[at] ?? 0;
    if (code < 0x20 || code > 0x7e) return false;
  }
  return true;
}

/** `##wb`: two digits and two letters. */
function isSound(bytes: Buffer, at: number): boolean {
  return (
    isDigit(bytes[at]) &&
    isDigit(bytes[at + 1]) &&
    bytes[at + 2] === LAST_LETTERS[0] &&
    bytes[at + 3] === LAST_LETTERS[1]
  );
}

function isDigit(code = 0): boolean {
  return code >= 0x30 && code <= 0x39;
}

function findSound(bytes: ByteWindow, steps: StepBudget, start: number): number | undefined {
  let position = start;
  for (;;) {
    const block = bytes.view(position, SEARCH_BYTES);
    if (block.length < HEADER_BYTES) return undefined;
    steps.take(Math.ceil(block.length / SEARCHED_BYTES_PER_STEP));
    for (let at = block.indexOf(LAST_LETTERS); at !== -1; at = block.indexOf(LAST_LETTERS, at + 1)) {
      if (at >= 2 && isSound(block, at - 2)) return position + at - 2;
      steps.take(MISS_PRICE_STEPS);
    }
    position += block.length - 3;
  }
}
