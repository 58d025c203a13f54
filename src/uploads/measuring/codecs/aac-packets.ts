import { BitReader } from './bit-reader.js';
import { evenPackets, type PacketMeter } from './packet-meter.js';

/** Samples a second by index (ISO/IEC 14496-3, table 1.18). */
const RATES: readonly number[] = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350,
];
/** The same of USAC, beyond those (ISO/IEC 23003-3, table 67). */
const USAC_RATES: readonly number[] = [
  ...RATES,
  0,
  0,
  57_600,
  51_200,
  40_000,
  38_400,
  34_150,
  28_800,
  25_600,
  20_000,
  19_200,
  17_075,
  14_400,
  12_800,
  9_600,
];
/** Samples of a frame of USAC by `coreSbrFrameLengthIndex` (ISO/IEC 23003-3, table 70). */
const USAC_FRAME_SAMPLES: readonly number[] = [768, 1024, 2048, 2048, 4096];

const ESCAPED_RATE = 15;
const ESCAPED_USAC_RATE = 31;

/** Object types (ISO/IEC 14496-3, table 1.17). */
const TYPE = { escape: 31, sbr: 5, parametricStereo: 29, lowDelay: 23, enhancedLowDelay: 39, usac: 42 } as const;
/** Those of general audio coding, whose frames have 1024 samples or 960: Main, LC, SSR, LTP, scalable and their resilient kinds. */
const GENERAL_AUDIO: ReadonlySet<number> = new Set([1, 2, 3, 4, 6, 7, 17, 19, 20, 21, 22]);

/**
 * AAC: the packets of a recording are all as long. Spectral band replication doubles the samples and their rate, which is the
 * same time.
 * @param configuration AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1)
 * @returns undefined where its codec is not one of AAC
 */
export function aacPackets(configuration: Buffer): PacketMeter | undefined {
  const bits = new BitReader(configuration);
  let type = readType(bits);
  let rate = readRate(bits);
  bits.skip(4);
  if (type === TYPE.sbr || type === TYPE.parametricStereo) {
    readRate(bits);
    type = readType(bits);
  }
  if (type === TYPE.usac) return usacPackets(bits);
  const isShort = bits.read(1) === 1;
  const samples = frameSamples(type, isShort);
  rate = bits.isBeyondEnd ? 0 : rate;
  return samples && rate ? evenPackets('aac', samples / rate) : undefined;
}

function frameSamples(type: number, isShort: boolean): number | undefined {
  if (type === TYPE.lowDelay || type === TYPE.enhancedLowDelay) return isShort ? 480 : 512;
  if (GENERAL_AUDIO.has(type)) return isShort ? 960 : 1024;
  return undefined;
}

function usacPackets(bits: BitReader): PacketMeter | undefined {
  const index = bits.read(5);
  const rate = index === ESCAPED_USAC_RATE ? bits.read(24) : USAC_RATES[index];
  const samples = USAC_FRAME_SAMPLES[bits.read(3)];
  return samples && rate && !bits.isBeyondEnd ? evenPackets('usac', samples / rate) : undefined;
}

function readType(bits: BitReader): number {
  const type = bits.read(5);
  return type === TYPE.escape ? 32 + bits.read(6) : type;
}

function readRate(bits: BitReader): number | undefined {
  const index = bits.read(4);
  return index === ESCAPED_RATE ? bits.read(24) : RATES[index];
}
