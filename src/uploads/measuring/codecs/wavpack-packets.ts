import type { PacketMeter } from './packet-meter.js';

/**
 * WavPack as Matroska keeps it: without the part of the block's header that the container replaces, so that a packet begins with
 * how many samples it has (https://www.matroska.org/technical/codec_specs.html).
 */
export function wavpackPackets(samplesPerSecond: number): PacketMeter {
  return {
    codec: 'wavpack',
    headBytes: 4,
    secondsOf: (head) => (head.length < 4 || !(samplesPerSecond > 0) ? 0 : head.readUInt32LE(0) / samplesPerSecond),
  };
}
