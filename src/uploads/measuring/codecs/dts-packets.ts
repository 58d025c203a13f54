import { BitReader } from './bit-reader.js';
import type { PacketMeter } from './packet-meter.js';

const SYNC_WORD = 0x7ffe8001;
const BLOCK_SAMPLES = 32;
/** Samples a second by code (ETSI TS 102 114, table 5-5). */
const RATES: readonly number[] = [0, 8_000, 16_000, 32_000, 0, 0, 11_025, 22_050, 44_100, 0, 0, 12_000, 24_000, 48_000];

/** DTS: the header of the core tells how many blocks of 32 samples a frame has (ETSI TS 102 114, 5.3). */
export const dtsPackets: PacketMeter = {
  codec: 'dts',
  headBytes: 10,
  secondsOf(head) {
    const bits = new BitReader(head);
    if (bits.read(32) !== SYNC_WORD) return 0;
    bits.skip(7);
    const blocks = bits.read(7) + 1;
    bits.skip(14 + 6);
    const rate = RATES[bits.read(4)];
    return rate ? (blocks * BLOCK_SAMPLES) / rate : 0;
  },
};
