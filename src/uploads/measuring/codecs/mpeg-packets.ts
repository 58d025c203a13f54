import type { PacketMeter } from './packet-meter.js';

/** Samples a second of MPEG-1; MPEG-2 has half of them, MPEG-2.5 a quarter. */
const RATES: readonly number[] = [44_100, 48_000, 32_000];
/** By the two bits of the version; 1 is reserved. */
const RATE_DIVISORS: readonly number[] = [4, 0, 2, 1];
const LAYER = { three: 1, two: 2, one: 3 } as const;

/** MPEG audio of all layers, a frame in a packet: its header tells the layer and the rate (ISO/IEC 11172-3, 2.4.1.3). */
export const mpegPackets: PacketMeter = {
  codec: 'mp3',
  headBytes: 4,
  secondsOf(head) {
    if (head.length < 4 || head.readUInt16BE(0) >> 5 !== 0x7ff) return 0;
    const codes = head.readUInt8(1);
    const divisor = RATE_DIVISORS[(codes >> 3) & 3] ?? 0;
    const rate = RATES[(head.readUInt8(2) >> 2) & 3];
    const layer = (codes >> 1) & 3;
    if (!rate || divisor === 0 || layer === 0) return 0;
    return (samplesOf(layer, divisor) * divisor) / rate;
  },
};

function samplesOf(layer: number, divisor: number): number {
  if (layer === LAYER.one) return 384;
  return layer === LAYER.three && divisor > 1 ? 576 : 1152;
}
