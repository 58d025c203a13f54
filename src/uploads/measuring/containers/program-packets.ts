import type { ByteWindow } from '../byte-window.js';
import type { Stretch } from '../gathered-run.js';
import type { StepBudget } from '../step-budget.js';

const START = Buffer.from([0, 0, 1]);
/** With the number of the stream and the length of the packet. */
const START_BYTES = 6;
/** As long as a header of MPEG-2 can be, which no stuffed one of MPEG-1 exceeds. */
const MAX_HEADER_BYTES = 264;
const SEARCH_BYTES = 64 * 1024;
const SEARCHED_BYTES_PER_STEP = 64;
/** Streams by the number behind the mark; what is before them has no length, or nothing but headers. */
const [PRIVATE_1, PADDING, PRIVATE_2, FIRST_SOUND, LAST_PICTURE] = [0xbd, 0xbe, 0xbf, 0xc0, 0xef] as const;
/** Streams of which another byte of the header tells more: MPEG-2 systems, table 2-22. */
const EXTENDED = 0xfd;

/** What a packet of a program stream carries: the bytes behind its header. */
export interface ProgramPacket extends Stretch {
  /** The number of the stream. */
  readonly id: number;
}

/**
 * All packets of streams in an MPEG program stream, of MPEG-1 (ISO/IEC 11172-1, 2.4.3.3) and MPEG-2 (ISO/IEC 13818-1, 2.4.3.6). After what
 * is none, as the header of a pack and what was damaged, it goes on at the next mark of one.
 */
export function* programPackets(bytes: ByteWindow, steps: StepBudget): Generator<ProgramPacket, undefined> {
  let position = findPacket(bytes, steps, 0);
  while (position !== undefined) {
    const header = bytes.view(position, MAX_HEADER_BYTES);
    if (header.length < START_BYTES) return undefined;
    const id = header.readUInt8(3);
    const end = position + START_BYTES + header.readUInt16BE(4);
    if (id !== PADDING && id !== PRIVATE_2) {
      const from = position + endOfHeader(header);
      const to = Math.min(end, bytes.sizeBytes);
      if (from < to) yield { id, from, to };
    }
    position = findPacket(bytes, steps, end);
  }
  return undefined;
}

/** Where what the packet carries begins in it. */
function endOfHeader(header: Buffer): number {
  let at = START_BYTES;
  if (((header[at] ?? 0) & 0xc0) === 0x80) return at + 3 + (header[at + 2] ?? 0);
  while (header[at] === 0xff) at += 1;
  // The size of a decoder's buffer.
  if (((header[at] ?? 0) & 0xc0) === 0x40) at += 2;
  switch ((header[at] ?? 0) >> 4) {
    // The time of presentation, and that of decoding.
    case 2:
      return at + 5;
    case 3:
      return at + 10;
    default:
      return at + 1;
  }
}

function isStream(id: number): boolean {
  return (
    id === PRIVATE_1 ||
    id === PADDING ||
    id === PRIVATE_2 ||
    (id >= FIRST_SOUND && id <= LAST_PICTURE) ||
    id === EXTENDED
  );
}

function findPacket(bytes: ByteWindow, steps: StepBudget, start: number): number | undefined {
  let position = start;
  for (;;) {
    const block = bytes.view(position, SEARCH_BYTES);
    if (block.length < START_BYTES) return undefined;
    for (let at = block.indexOf(START); at !== -1 && at + 3 < block.length; at = block.indexOf(START, at + 1)) {
      steps.take();
      if (isStream(block.readUInt8(at + 3))) {
        steps.take(Math.ceil(at / SEARCHED_BYTES_PER_STEP));
        return position + at;
      }
    }
    steps.take(Math.ceil(block.length / SEARCHED_BYTES_PER_STEP));
    position += block.length - START.length;
  }
}
