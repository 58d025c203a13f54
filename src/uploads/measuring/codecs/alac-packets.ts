import type { PacketMeter } from './packet-meter.js';

/** Beyond any encoder's; Apple's makes 4096. */
const MAX_FRAME_SAMPLES = 16_384;

/**
 * Apple Lossless: every packet has as many samples as the configuration says, but where its own header tells another number, as
 * the last one's does (ALACMagicCookieDescription.txt and ALACDecoder.cpp of Apple's sources).
 * @param configuration ALACSpecificConfig, 24 bytes
 * @returns undefined where it is none
 */
export function alacPackets(configuration: Buffer): PacketMeter | undefined {
  if (configuration.length < 24) return undefined;
  const frameSamples = configuration.readUInt32BE(0);
  const samplesPerSecond = configuration.readUInt32BE(20);
  if (frameSamples === 0 || frameSamples > MAX_FRAME_SAMPLES || samplesPerSecond === 0) return undefined;
  return {
    codec: 'alac',
    headBytes: 7,
    secondsOf(head) {
      if (head.length < 7) return 0;
      // 3 bits of kind, 4 of number, 12 unused; 1 of whether a count follows; 3 bits later the count in 32.
      const hasCount = head.readUInt8(2) & 0x10;
      const count = hasCount ? ((head.readUInt8(2) & 1) * 2 ** 32 + head.readUInt32BE(3)) / 2 : frameSamples;
      return Math.min(Math.floor(count), frameSamples) / samplesPerSecond;
    },
  };
}
