import type { PacketMeter } from './packet-meter.js';

/** How many of the setup header's last bytes matter: the modes, of which there are 64 at most. */
export const SETUP_TAIL_BYTES = 512;

/** Bits of a mode in the setup header, without the one that tells its block size. */
const MODE_BITS = 40;
/** How many bits must be left for another mode: it, and what is before the modes. */
const MIN_BITS_BEFORE = 97;

/**
 * Vorbis: the first byte names a mode, the mode one of two block sizes, and a packet plays for a quarter of its own block and a
 * quarter of the one before (Vorbis I, 1.3.2).
 * @param identification the first header
 * @param setupTail the last {@link SETUP_TAIL_BYTES} bytes of the third
 * @returns undefined where they are not headers of Vorbis
 */
export function vorbisPackets(identification: Buffer, setupTail: Buffer): PacketMeter | undefined {
  if (identification.length < 30 || identification.toString('latin1', 0, 7) !== '\x01vorbis') return undefined;
  const samplesPerSecond = identification.readUInt32LE(12);
  const exponents = identification.readUInt8(28);
  const quarters = [exponents & 15, exponents >> 4].map((exponent) => 2 ** exponent / 4 / samplesPerSecond);
  const modes = readModes(setupTail);
  if (!modes || samplesPerSecond === 0) return undefined;
  const modeMask = 2 ** Math.ceil(Math.log2(modes.length)) - 1;
  let before: number | undefined;
  return {
    codec: 'vorbis',
    headBytes: 1,
    secondsOf([first]) {
      // Headers have the lowest bit set.
      if (first === undefined || first & 1) return 0;
      const isLong = modes[(first >> 1) & modeMask];
      const quarter = isLong === undefined ? undefined : quarters[Number(isLong)];
      if (quarter === undefined) return 0;
      const seconds = before === undefined ? 0 : before + quarter;
      before = quarter;
      return seconds;
    },
  };
}

/**
 * Whether each mode has the long blocks. The modes end the header, so they are read from its end: before them are codebooks of any
 * length. A mode is 40 bits of which 32 are zero, then its block size in one; before the first of them is how many they are, less
 * one, in six bits. This is how FFmpeg's vorbis_parser.c finds them.
 */
function readModes(tail: Buffer): readonly boolean[] | undefined {
  const bits = new BackwardBits(tail);
  while (bits.left > MIN_BITS_BEFORE && bits.read(1) === 0);
  const modes: boolean[] = [];
  let found: readonly boolean[] | undefined;
  while (bits.left >= MIN_BITS_BEFORE && modes.length < 64) {
    if (bits.read(8) > 63 || bits.read(MODE_BITS - 8) !== 0) break;
    modes.unshift(bits.read(1) === 1);
    if (bits.peek(6) + 1 === modes.length) found = [...modes];
  }
  return found;
}

/** Vorbis fills bytes from their lowest bit, so from the last bit backward numbers are read with the highest bit first. */
class BackwardBits {
  left: number;

  constructor(private readonly bytes: Buffer) {
    this.left = bytes.length * 8;
  }

  read(count: number): number {
    const value = this.peek(count);
    this.left -= count;
    return value;
  }

  peek(count: number): number {
    let value = 0;
    for (let at = this.left - 1; at >= this.left - count; at -= 1) {
      value = value * 2 + (((this.bytes[at >> 3] ?? 0) >> (at & 7)) & 1);
    }
    return value;
  }
}
