import { partOf } from '../byte-run.js';
import { countAnyFrames } from '../codecs/any-frames.js';
import { noSound, type Walk } from '../walk.js';
import { startsWithFlac, walkFlac } from './flac.js';
import { endOfTags } from './tags.js';

/** Of an ID3v1 tag, which is behind everything else. */
const ID3V1_BYTES = 128;

/**
 * Files that are nothing but frames of a codec: with tags in front and behind, cut from a stream, joined. Which codec it is only the
 * frames tell.
 */
export const walkBareFrames: Walk = (bytes, steps) => {
  const start = endOfTags(bytes);
  if (startsWithFlac(bytes, start)) return walkFlac(bytes, steps);
  const walked = countAnyFrames(() => partOf(bytes, start, bytes.sizeBytes), steps);
  if (walked) return walked;
  const hasOnlyTags = start > 0 && bytes.sizeBytes - start <= ID3V1_BYTES;
  return hasOnlyTags ? noSound : undefined;
};
