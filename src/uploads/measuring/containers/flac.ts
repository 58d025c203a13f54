import type { ByteWindow } from '../byte-window.js';
import { countFlacFrames } from '../codecs/flac-frames.js';
import { flacRate } from '../codecs/flac-packets.js';
import type { Walk } from '../walk.js';
import { endOfTags } from './tags.js';

const MAGIC = 'fLaC';
const STREAM_INFO = 0;
const STREAM_INFO_BYTES = 34;
/** Types of metadata; more is what no frame begins with either. */
const MAX_METADATA_BLOCKS = 10_000;

/**
 * FLAC files, several of them in a row, and pieces of one: frame by frame. Of STREAMINFO nothing is believed but the rate, and that only where
 * frames leave it to it.
 */
export const walkFlac: Walk = (bytes, steps) => {
  let position: number | undefined = endOfTags(bytes);
  if (!startsWithFlac(bytes, position)) {
    const { seconds } = countFlacFrames(bytes, steps, position, 0);
    return seconds > 0 ? { seconds, method: 'counted', codec: 'flac' } : undefined;
  }
  let seconds = 0;
  while (position !== undefined) {
    const { framesAt, samplesPerSecond } = readMetadata(bytes, position + MAGIC.length);
    const frames = countFlacFrames(bytes, steps, framesAt, samplesPerSecond);
    seconds += frames.seconds;
    position = frames.streamAt;
  }
  return { seconds, method: 'counted', codec: 'flac' };
};

/** Whether it is the beginning of a FLAC file. */
export function startsWithFlac(bytes: ByteWindow, position: number): boolean {
  return bytes.has(position, MAGIC.length) && bytes.text(position, MAGIC.length) === MAGIC;
}

function readMetadata(bytes: ByteWindow, from: number): { framesAt: number; samplesPerSecond: number } {
  let samplesPerSecond = 0;
  let position = from;
  for (let count = 0; count < MAX_METADATA_BLOCKS && bytes.has(position, 4); count += 1) {
    const type = bytes.byte(position);
    const length = bytes.uintBE(position + 1, 3);
    if ((type & 0x7f) === STREAM_INFO) samplesPerSecond ||= flacRate(bytes.view(position + 4, STREAM_INFO_BYTES));
    position += 4 + length;
    if (type >= 0x80) break;
  }
  return { framesAt: position, samplesPerSecond };
}
