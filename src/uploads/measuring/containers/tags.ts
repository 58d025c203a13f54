import type { ByteWindow } from '../byte-window.js';

const ID3V2_HEADER_BYTES = 10;

/**
 * Where the ID3v2 tags in front of a file end. One that goes beyond the file is no tag; what is behind one is searched for frames in
 * any case, so a tag that is longer than it says does no harm.
 */
export function endOfTags(bytes: ByteWindow): number {
  let position = 0;
  while (bytes.has(position, ID3V2_HEADER_BYTES) && bytes.text(position, 3) === 'ID3') {
    const size = bytes.uintBE(position + 6, 4);
    // Four times seven bits.
    if ((size & 0x80808080) !== 0) break;
    const contents = ((size >> 3) & 0xfe00000) | ((size >> 2) & 0x1fc000) | ((size >> 1) & 0x3f80) | (size & 0x7f);
    const hasFooter = (bytes.byte(position + 5) & 0x10) !== 0;
    const end = position + ID3V2_HEADER_BYTES + contents + (hasFooter ? ID3V2_HEADER_BYTES : 0);
    if (end > bytes.sizeBytes) break;
    position = end;
  }
  return position;
}
