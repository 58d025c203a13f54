import { evenPackets, type PacketMeter } from './packet-meter.js';

/** The longest frame, of ultra-wideband. */
const MAX_FRAME_SAMPLES = 640;
/** As many frames as encoders put into a packet at most. */
const MAX_FRAMES = 10;

/**
 * Speex: every packet has as many frames as the header says, each as long (the Speex manual, 7.3).
 * @param header the first packet of a stream in Ogg
 * @returns undefined where it is no header of Speex
 */
export function speexPackets(header: Buffer): PacketMeter | undefined {
  if (header.length < 68 || header.toString('latin1', 0, 8) !== 'Speex   ') return undefined;
  const samplesPerSecond = header.readUInt32LE(36);
  const frameSamples = header.readUInt32LE(56);
  const frames = Math.max(1, header.readUInt32LE(64));
  if (samplesPerSecond === 0 || frameSamples > MAX_FRAME_SAMPLES || frames > MAX_FRAMES) return undefined;
  return evenPackets('speex', (frameSamples * frames) / samplesPerSecond);
}
