import type { PacketMeter } from './packet-meter.js';

const FRAME_SECONDS = 0.02;
/** Bytes of a frame by its type, with the byte that tells it; 0 = reserved (3GPP TS 26.101, 26.201; RFC 4867, 5.3). */
const NARROW: readonly number[] = [13, 14, 16, 18, 20, 21, 27, 32, 6, 0, 0, 0, 0, 0, 0, 1];
const WIDE: readonly number[] = [18, 24, 33, 37, 41, 47, 51, 59, 61, 6, 0, 0, 0, 0, 1, 1];
/** Beyond what anybody puts into one packet: 15 frames of the longest kind. */
const MAX_PACKET_BYTES = 1024;

/** AMR narrowband or wideband: frames of 20 ms, one or more in a packet. */
export function amrPackets(band: 'narrow' | 'wide'): PacketMeter {
  const sizes = band === 'wide' ? WIDE : NARROW;
  return {
    codec: band === 'wide' ? 'amr-wb' : 'amr-nb',
    headBytes: MAX_PACKET_BYTES,
    secondsOf(packet) {
      let frames = 0;
      for (let at = 0; at < packet.length;) {
        const size = sizes[((packet[at] ?? 0) >> 3) & 15] ?? 0;
        if (size === 0 || at + size > packet.length) break;
        frames += 1;
        at += size;
      }
      return frames * FRAME_SECONDS;
    },
  };
}
