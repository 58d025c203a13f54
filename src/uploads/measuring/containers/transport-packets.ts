import type { ByteWindow } from '../byte-window.js';
import type { StepBudget } from '../step-budget.js';

const PACKET_BYTES = 188;
/** Bytes from one packet to the next: bare, with a time stamp before each, with error correction behind each. */
const STRIDES = [188, 192, 204] as const;
const SYNC = 0x47;
/** Packets in a row that are no chance. */
const LOCK = 3;
const SEARCH_BYTES = 64 * 1024;
const SEARCHED_BYTES_PER_STEP = 64;

/** What a packet of MPEG-TS carries. */
export interface TransportPacket {
  readonly pid: number;
  /** A table or a packet of a stream begins with it. */
  readonly isStart: boolean;
  /** Where the payload is in the file. */
  readonly at: number;
  /** Good until the next packet. */
  readonly payload: Buffer;
}

/** All packets of MPEG-TS that have a payload (ISO/IEC 13818-1, 2.4.3), also of one that begins inside a packet or was damaged. */
export function* transportPackets(bytes: ByteWindow, steps: StepBudget): Generator<TransportPacket, undefined> {
  let place = findPackets(bytes, steps, 0);
  while (place) {
    let { position } = place;
    for (;;) {
      const packet = bytes.view(position, PACKET_BYTES);
      if (packet[0] !== SYNC) break;
      const [, high = 0, low = 0, control = 0, fieldBytes = 0] = packet;
      const start = (control & 0x20) === 0 ? 4 : 5 + fieldBytes;
      if ((control & 0x10) !== 0 && start < packet.length) {
        const pid = ((high & 31) << 8) | low;
        yield { pid, isStart: (high & 0x40) !== 0, at: position + start, payload: packet.subarray(start) };
      }
      position += place.stride;
    }
    place = findPackets(bytes, steps, position);
  }
  return undefined;
}

function findPackets(
  bytes: ByteWindow,
  steps: StepBudget,
  start: number,
): { position: number; stride: number } | undefined {
  let position = start;
  for (;;) {
    const block = bytes.view(position, SEARCH_BYTES);
    const isLast = block.length < SEARCH_BYTES;
    // So that all packets of a lock are in the block, but for the end of the file.
    const last = isLast ? block.length - PACKET_BYTES : block.length - LOCK * 204;
    if (last < 0) return undefined;
    steps.take(Math.ceil(block.length / SEARCHED_BYTES_PER_STEP));
    for (let at = block.indexOf(SYNC); at !== -1 && at <= last; at = block.indexOf(SYNC, at + 1)) {
      steps.take();
      const from = at;
      const stride = STRIDES.find((it) => isLocked(block, from, it));
      if (stride !== undefined) return { position: position + at, stride };
    }
    if (isLast) return undefined;
    position += last + 1;
  }
}

function isLocked(block: Buffer, at: number, stride: number): boolean {
  for (let count = 1; count < LOCK; count += 1) {
    const next = block[at + count * stride];
    if (next !== SYNC) return next === undefined && count > 1;
  }
  return true;
}
