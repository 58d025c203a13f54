import type { PacketMeter } from './packet-meter.js';

/** Samples a second by the code in a frame's header; 0 = as STREAMINFO says (RFC 9639, 9.1.2). */
const RATES: readonly number[] = [
  0, 88_200, 176_400, 192_000, 8_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000,
];

/** As long as a frame's header can be: 4 bytes, a number of 7, a block size and a rate of 2 each. */
const HEADER_BYTES = 15;

/**
 * FLAC: every frame's header tells how many samples it has (RFC 9639, 9.1).
 * @param samplesPerSecond of STREAMINFO, for frames that do not tell it
 */
export function flacPackets(samplesPerSecond: number): PacketMeter {
  return {
    codec: 'flac',
    headBytes: HEADER_BYTES,
    secondsOf(head) {
      if (head.length < 6 || head.readUInt8(0) !== 0xff || head.readUInt8(1) >> 1 !== 0x7c) return 0;
      const codes = head.readUInt8(2);
      // The number of the frame or of its first sample, written as UTF-8 writes characters.
      const numberBytes = Math.max(1, Math.clz32(~head.readUInt8(4) << 24));
      const samples = blockSamples(codes >> 4, head.subarray(4 + numberBytes));
      const rate = RATES[codes & 15] || samplesPerSecond;
      return rate > 0 ? samples / rate : 0;
    },
  };
}

/**
 * Samples a second by STREAMINFO.
 * @param streamInfo its contents, without a header
 */
export function flacRate(streamInfo: Buffer): number {
  return streamInfo.length < 13 ? 0 : streamInfo.readUIntBE(10, 3) >> 4;
}

function blockSamples(code: number, after: Buffer): number {
  if (code === 0 || after.length < 2) return 0;
  if (code === 1) return 192;
  if (code < 6) return 576 << (code - 2);
  if (code === 6) return after.readUInt8(0) + 1;
  if (code === 7) return after.readUInt16BE(0) + 1;
  return 256 << (code - 8);
}
