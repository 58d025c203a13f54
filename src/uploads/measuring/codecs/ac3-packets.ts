import type { PacketMeter } from './packet-meter.js';

const SYNC_WORD = 0x0b77;
/** Samples a second by code (ETSI TS 102 366, table 4.1); E-AC-3 halves them where the code is 3. */
const RATES: readonly number[] = [48_000, 44_100, 32_000];
const BLOCK_SAMPLES = 256;
const BLOCKS: readonly number[] = [1, 2, 3, 6];
/** A packet of E-AC-3 is a frame of each of its streams, 4096 bytes at most each. */
const MAX_PACKET_BYTES = 16 * 4096;
/** Up from this the identification of the bit stream is E-AC-3's. */
const FIRST_EAC3_ID = 11;
/** A frame that adds channels to the one before. */
const DEPENDENT = 1;

/** AC-3, which has six blocks in every packet, and E-AC-3, which tells how many (ETSI TS 102 366, 4.4.1 and E.1.3.1). */
export const ac3Packets: PacketMeter = {
  codec: 'ac3',
  headBytes: MAX_PACKET_BYTES,
  secondsOf(packet) {
    let seconds = 0;
    for (let at = 0; at + 6 <= packet.length && packet.readUInt16BE(at) === SYNC_WORD;) {
      const code = packet.readUInt8(at + 4) >> 6;
      if (packet.readUInt8(at + 5) >> 3 < FIRST_EAC3_ID) {
        // One packet is one frame.
        return (6 * BLOCK_SAMPLES) / (RATES[code] ?? Infinity);
      }
      const kind = packet.readUInt16BE(at + 2);
      const isFirstStream = kind >> 14 !== DEPENDENT && ((kind >> 11) & 7) === 0;
      if (isFirstStream) seconds += eac3Seconds(packet.readUInt8(at + 4));
      at += ((kind & 0x7ff) + 1) * 2;
    }
    return seconds;
  },
};

function eac3Seconds(codes: number): number {
  const [rate, second] = [RATES[codes >> 6], (codes >> 4) & 3];
  if (rate) return ((BLOCKS[second] ?? 0) * BLOCK_SAMPLES) / rate;
  return (6 * BLOCK_SAMPLES * 2) / (RATES[second] ?? Infinity);
}
