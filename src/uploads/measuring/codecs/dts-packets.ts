import { dts } from './dts.js';
import type { PacketMeter } from './packet-meter.js';

/** DTS, a frame in a packet: the header of its core tells how long it plays. */
export const dtsPackets: PacketMeter = {
  codec: dts.name,
  headBytes: dts.headerBytes,
  secondsOf(head) {
    const frame = dts.frameAt(head, 0);
    return frame ? frame.samples / frame.sampleRate : 0;
  },
};
