import type { Frame, FrameCodec } from './frame-walk.js';

/** In hertz, by code (ETSI TS 102 366, table 4.1). */
const SAMPLE_RATES = [48_000, 44_100, 32_000] as const;
/** In kbit/s (the same, table 4.13). */
const BIT_RATES = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640] as const;
const FRAME_SAMPLES = 1536;
const BLOCK_SAMPLES = 256;
/** Of a frame of E-AC-3, by code. */
const BLOCKS = [1, 2, 3, 6] as const;
/** The highest identification of a bit stream that is AC-3, and of one that is E-AC-3; from 9 on AC-3 has half the rate, and a quarter. */
const [LAST_AC3, LAST_EAC3, FULL_RATE] = [10, 16, 8] as const;
/** A frame of E-AC-3 that adds channels to the one before. */
const DEPENDENT = 1;

/** AC-3 and E-AC-3, one after the other, too, as in discs that have both. */
export const ac3: FrameCodec = {
  name: 'ac3',
  mark: 0x0b,
  headerBytes: 6,
  maxFrameBytes: 4096,
  frameAt(bytes, offset) {
    if (bytes[offset] !== 0x0b || bytes[offset + 1] !== 0x77) return undefined;
    const version = (bytes[offset + 5] ?? 0) >> 3;
    if (version <= LAST_AC3) return ac3Frame(bytes[offset + 4] ?? 0, Math.max(0, version - FULL_RATE));
    return version <= LAST_EAC3 ? eac3Frame(bytes, offset) : undefined;
  },
};

function ac3Frame(codes: number, halvings: number): Frame | undefined {
  const sampleRate = SAMPLE_RATES[codes >> 6];
  const kbitsPerSecond = BIT_RATES[(codes & 63) >> 1];
  if (sampleRate === undefined || kbitsPerSecond === undefined) return undefined;
  // At 44.1 kHz frames do not come out even: odd codes have a word more.
  const words =
    Math.floor((kbitsPerSecond * 1000 * FRAME_SAMPLES) / 16 / sampleRate) + (sampleRate === 44_100 ? codes & 1 : 0);
  return { lengthBytes: 2 * words, samples: FRAME_SAMPLES, sampleRate: sampleRate / 2 ** halvings, kind: codes >> 6 };
}

function eac3Frame(bytes: Buffer, offset: number): Frame | undefined {
  const start = bytes.readUInt16BE(offset + 2);
  const codes = bytes[offset + 4] ?? 0;
  const lengthBytes = 2 * ((start & 0x7ff) + 1);
  const full = SAMPLE_RATES[codes >> 6];
  const reduced = SAMPLE_RATES[(codes >> 4) & 3];
  const sampleRate = full ?? (reduced && reduced / 2);
  if (sampleRate === undefined || lengthBytes < 8) return undefined;
  const isFirstStream = start >> 14 !== DEPENDENT && ((start >> 11) & 7) === 0;
  const blocks = full ? (BLOCKS[(codes >> 4) & 3] ?? 0) : 6;
  return { lengthBytes, samples: isFirstStream ? blocks * BLOCK_SAMPLES : 0, sampleRate, kind: codes >> 6 };
}
