import type { PacketMeter } from './packet-meter.js';

/** Whatever rate the sound was recorded with, Opus counts in these. */
export const OPUS_SAMPLES_PER_SECOND = 48_000;

/** The longest packet (RFC 6716, 3.4, R5). */
const MAX_SECONDS = 0.12;

/** Frame lengths by the configuration in the table of contents, in seconds (RFC 6716, table 2): SILK, hybrid, CELT. */
const FRAME_SECONDS: readonly number[] = [
  ...[0, 1, 2].flatMap(() => [0.01, 0.02, 0.04, 0.06]),
  ...[0, 1].flatMap(() => [0.01, 0.02]),
  ...[0, 1, 2, 3].flatMap(() => [0.0025, 0.005, 0.01, 0.02]),
];

/** Opus: the first byte tells how long a frame is, and it or the second how many there are (RFC 6716, 3). */
export const opusPackets: PacketMeter = {
  codec: 'opus',
  headBytes: 2,
  secondsOf(head) {
    const [toc, count = 0] = head;
    if (toc === undefined) return 0;
    const code = toc & 3;
    const frames = code === 3 ? count & 63 : Math.min(code, 1) + 1;
    const seconds = (FRAME_SECONDS[toc >> 3] ?? 0) * frames;
    return seconds > MAX_SECONDS + 1e-9 ? 0 : seconds;
  },
};
