import type { Walk } from '../walk.js';
import { oggMapping } from './ogg-mappings.js';
import { oggPages, type OggPage } from './ogg-pages.js';
import { OggStream } from './ogg-stream.js';

/** Streams beside each other that are followed; a film has a handful. */
const MAX_STREAMS = 16;

/**
 * Ogg (RFC 3533): the packets of the streams of sound. Of streams beside each other the longest counts; files one behind the other,
 * the links of a chain, are added as long as the codec is that of the first, since decoders go on no further. Where granules begin
 * and how far they go plays no part, but for what is trimmed at the end of a stream.
 */
export const walkOgg: Walk = (bytes, steps) => {
  let seconds = 0;
  let codec: string | undefined;
  let link = new Map<number, OggStream>();
  let isLinkBegun = false;
  const endLink = (): void => {
    seconds += Math.max(0, ...[...link.values()].map((stream) => stream.seconds));
    link = new Map();
    isLinkBegun = false;
  };
  for (const page of oggPages(bytes, steps)) {
    if (page.isFirst) {
      if (isLinkBegun && link.size === 0 && codec !== undefined) break;
      if (isLinkBegun) endLink();
      const stream = openStream(page);
      codec ??= stream?.codec;
      if (stream && stream.codec === codec && link.size < MAX_STREAMS) link.set(page.serial, stream);
      continue;
    }
    isLinkBegun = true;
    link.get(page.serial)?.add(page);
  }
  endLink();
  return codec === undefined ? undefined : { seconds, method: 'counted', codec };
};

/** By the first packet of a first page; the page may have more. */
function openStream(page: OggPage): OggStream | undefined {
  const parts = page.lacing.findIndex((sizeBytes) => sizeBytes < 255) + 1;
  const firstBytes = page.lacing.subarray(0, parts).reduce((sum, sizeBytes) => sum + sizeBytes, 0);
  const mapping = oggMapping(page.body.subarray(0, firstBytes));
  if (!mapping) return undefined;
  const stream = new OggStream(mapping);
  stream.add(page, parts);
  return stream;
}
