import type { FrameCodec } from './frame-walk.js';
import { OPUS_SAMPLES_PER_SECOND, opusPackets } from './opus-packets.js';

/** Eleven bits of mark, three flags of what follows the size, and two that are reserved. */
const MARK = 0x7f;
const FLAG = { startTrim: 0x10, endTrim: 0x08, extension: 0x04 } as const;
const FLAG_BYTES = 2;
const TRIM_BYTES = 2;
/** Flags, a size, and a table of contents: that is all of a packet of silence. */
const LEAST_BYTES = 4;
/** What 1 Mbit/s makes of 120 ms. */
const MAX_FRAME_BYTES = 16 * 1024;

/** Opus in MPEG-TS: a header before each packet tells how long it is (https://opus-codec.org/docs/ETSI_TS_opus-v0.1.3-draft.pdf, 5). */
export const opusFrames: FrameCodec = {
  name: opusPackets.codec,
  mark: MARK,
  headerBytes: LEAST_BYTES,
  maxFrameBytes: MAX_FRAME_BYTES,
  frameAt(bytes, offset) {
    const flags = bytes[offset + 1] ?? 0;
    if (bytes[offset] !== MARK || (flags & 0xe0) !== 0xe0) return undefined;
    let at = offset + FLAG_BYTES;
    let packetBytes = 0;
    // Bytes that are full go on in the next one.
    while (bytes[at] === 0xff && packetBytes < MAX_FRAME_BYTES) {
      packetBytes += 0xff;
      at += 1;
    }
    packetBytes += bytes[at] ?? 0;
    at += 1;
    if ((flags & FLAG.startTrim) !== 0) at += TRIM_BYTES;
    if ((flags & FLAG.endTrim) !== 0) at += TRIM_BYTES;
    if ((flags & FLAG.extension) !== 0) at += 1 + (bytes[at] ?? 0);
    const lengthBytes = at + packetBytes - offset;
    if (packetBytes === 0 || lengthBytes > MAX_FRAME_BYTES || at >= bytes.length) return undefined;
    const seconds = opusPackets.secondsOf(bytes.subarray(at, at + opusPackets.headBytes), packetBytes);
    const samples = Math.round(seconds * OPUS_SAMPLES_PER_SECOND);
    return { lengthBytes, samples, sampleRate: OPUS_SAMPLES_PER_SECOND, kind: 0 };
  },
};
