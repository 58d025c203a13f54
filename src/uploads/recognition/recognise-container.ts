import type { Sniffed } from './sniffed.js';
import type { ByteWindow } from '../measuring/byte-window.js';
import { recogniseBoxes } from './iso-boxes.js';
import { recogniseMatroska } from './matroska-head.js';
import { containerByPackets } from './packet-streams.js';
import { containerBySignature, standsAt } from './signatures.js';

/** So many tags in a row are no accident; files have one, or two where a player has added its own. */
const MAX_TAGS = 16;

/** An ID3v1 tag at the end. */
const LAST_TAG_BYTES = 128;

/**
 * Tells from the bytes what a recording is in, or what they are instead, without looking for frames in the middle of them. Takes some
 * thousand steps at most, whatever the file holds.
 * @returns undefined where nothing in front of the bytes tells
 * @throws TooManySteps
 */
export function recogniseContainer(bytes: ByteWindow): Sniffed | undefined {
  const start = skipTags(bytes);
  const container = containerBySignature(bytes, start);
  if (container) return { container };
  const structured = recogniseBoxes(bytes, start) ?? recogniseMatroska(bytes, start);
  if (structured) return structured;
  const packets = containerByPackets(bytes, start);
  if (packets) return { container: packets };
  // A recording of which only the tags are left.
  return start > 0 && bytes.sizeBytes - start <= LAST_TAG_BYTES ? { container: 'mp3' } : undefined;
}

/**
 * Where the sound begins behind tags of ID3v2, which stand in front of anything: their length is in four times seven bits.
 */
export function skipTags(bytes: ByteWindow): number {
  let at = 0;
  for (let count = 0; count < MAX_TAGS && standsAt(bytes, at, 'ID3') && bytes.has(at, 10); count += 1) {
    const contentBytes = [6, 7, 8, 9].reduce((length, offset) => length * 128 + (bytes.byte(at + offset) & 127), 0);
    const hasFooter = (bytes.byte(at + 5) & 0x10) !== 0;
    at = Math.min(at + contentBytes + (hasFooter ? 20 : 10), bytes.sizeBytes);
  }
  return at;
}
