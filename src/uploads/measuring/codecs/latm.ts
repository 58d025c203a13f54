import type { ByteRun } from '../byte-run.js';
import type { StepBudget } from '../step-budget.js';
import type { Walked } from '../walk.js';
import { aacPackets } from './aac-packets.js';
import { BitReader } from './bit-reader.js';
import { walkFrames, type FrameCodec } from './frame-walk.js';

/** Eleven bits of mark and thirteen of length, which leaves them out. */
const HEADER_BYTES = 3;
const MAX_FRAME_BYTES = 0x1fff + HEADER_BYTES;
/** Of the configuration, what tells how long a frame plays. */
const CONFIGURATION_BYTES = 24;
const SHORTEST_FRAME_BYTES = HEADER_BYTES + 2;

/**
 * AAC in the Low Overhead Audio Stream (ISO/IEC 14496-3, 1.7.2). How long frames play the ones with a configuration tell for those
 * behind them: of a single one it is not known, see {@link countLatm}.
 */
export const latm: FrameCodec = {
  name: 'aac',
  mark: 0x56,
  headerBytes: HEADER_BYTES,
  maxFrameBytes: MAX_FRAME_BYTES,
  frameAt(bytes, offset) {
    const second = bytes[offset + 1] ?? 0;
    if (bytes[offset] !== 0x56 || (second & 0xe0) !== 0xe0) return undefined;
    const lengthBytes = (((second & 0x1f) << 8) | (bytes[offset + 2] ?? 0)) + HEADER_BYTES;
    return lengthBytes < SHORTEST_FRAME_BYTES ? undefined : { lengthBytes, samples: 0, sampleRate: 1, kind: 0 };
  },
};

/**
 * Adds up the frames. Those before the first configuration, as in a piece of a stream, play as long as those behind it, for decoders
 * look ahead. Undefined where there is none.
 */
export function countLatm(run: ByteRun, steps: StepBudget): Walked | undefined {
  let seconds = 0;
  let frameSeconds: number | undefined;
  let framesBefore = 0;
  walkFrames(run, steps, latm, (frame, bytes, offset) => {
    const from = offset + HEADER_BYTES;
    // It has a configuration of its own.
    if (((bytes[from] ?? 0) & 0x80) === 0) {
      const element = bytes.subarray(from, Math.min(from + 2 * CONFIGURATION_BYTES, offset + frame.lengthBytes));
      frameSeconds = readFrameSeconds(element) ?? frameSeconds;
    }
    framesBefore += 1;
    if (frameSeconds === undefined) return;
    seconds += framesBefore * frameSeconds;
    framesBefore = 0;
  });
  return seconds > 0 ? { seconds, method: 'counted', codec: latm.name } : undefined;
}

/** Of AudioMuxElement and its StreamMuxConfig (the same, 1.7.3); undefined where it cannot be read. */
function readFrameSeconds(element: Buffer): number | undefined {
  const bits = new BitReader(element);
  bits.skip(1);
  const hasVersion = bits.read(1) === 1;
  // Another version yet, which nobody has written down.
  if (hasVersion && bits.read(1) === 1) return undefined;
  if (hasVersion) readValue(bits);
  bits.skip(1);
  const subframes = bits.read(6) + 1;
  bits.skip(7);
  if (hasVersion) readValue(bits);
  const configuration = Buffer.from(Array.from({ length: CONFIGURATION_BYTES }, () => bits.read(8)));
  const meter = aacPackets(configuration);
  return meter && subframes * meter.secondsOf(configuration, configuration.length);
}

function readValue(bits: BitReader): number {
  return bits.read(8 * (bits.read(2) + 1));
}
