import type { PacketMeter } from './packet-meter.js';

/** Samples of each channel in a frame: of 256 / 245 seconds. */
export function ttaFrameSamples(samplesPerSecond: number): number {
  return Math.floor((samplesPerSecond * 256) / 245);
}

/**
 * True Audio: every frame has the samples of 256/245 seconds, but the last one, which has what is left and does not say how much
 * (http://tausoft.org/wiki/True_Audio_Codec_Format).
 */
export function ttaPackets(samplesPerSecond: number): PacketMeter | undefined {
  if (!(samplesPerSecond >= 1)) return undefined;
  const frameSeconds = ttaFrameSamples(samplesPerSecond) / samplesPerSecond;
  return {
    codec: 'tta',
    headBytes: 0,
    // Every sample takes a bit at least.
    secondsOf: (_head, sizeBytes) => Math.min(frameSeconds, (sizeBytes * 8) / samplesPerSecond),
  };
}
