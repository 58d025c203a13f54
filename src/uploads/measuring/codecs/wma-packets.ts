/** Windows Media Audio 1 and 2, by the codec's number (`WAVE_FORMAT_...` in Microsoft's mmreg.h). */
const VERSIONS = new Map([
  [0x160, 1],
  [0x161, 2],
]);
/** Of a WAVEFORMATEX, before what the codec adds to it. */
const FORMAT_BYTES = 18;
/** In those flags: a packet holds several frames, of which the first began in the packet before. */
const HAS_RESERVOIR = 2;

/** How many frames are in packets of Windows Media Audio 1 or 2. */
export interface WmaPackets {
  readonly packetBytes: number;
  /** Of each frame. */
  readonly frameSeconds: number;
  /**
   * Frames that end in a packet.
   * @param first its first byte
   * @param isNext a packet came before it
   */
  framesIn(first: number, isNext: boolean): number;
}

/**
 * @param format WAVEFORMATEX
 * @returns undefined where it is another codec
 */
export function wmaPackets(format: Buffer): WmaPackets | undefined {
  if (format.length < FORMAT_BYTES) return undefined;
  const version = VERSIONS.get(format.readUInt16LE(0));
  const sampleRate = format.readUInt32LE(4);
  const packetBytes = format.readUInt16LE(12);
  const flagsAt = FORMAT_BYTES + (version === 1 ? 2 : 4);
  if (version === undefined || packetBytes === 0 || sampleRate < 1_000 || format.length < flagsAt + 2) return undefined;
  const hasReservoir = (format.readUInt16LE(flagsAt) & HAS_RESERVOIR) !== 0;
  return {
    packetBytes,
    frameSeconds: frameSamples(sampleRate, version) / sampleRate,
    // Four bits of number, four of how many; the first packet has no beginning of its first frame.
    framesIn: (first, isNext) => (hasReservoir ? Math.max(0, (first & 15) - (isNext ? 0 : 1)) : 1),
  };
}

function frameSamples(sampleRate: number, version: number): number {
  if (sampleRate <= 16_000) return 512;
  if (sampleRate <= 22_050 || (sampleRate <= 32_000 && version === 1)) return 1024;
  return sampleRate <= 48_000 ? 2048 : 4096;
}
