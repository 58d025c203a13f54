import { flacPackets, flacRate } from '../codecs/flac-packets.js';
import { OPUS_SAMPLES_PER_SECOND, opusPackets } from '../codecs/opus-packets.js';
import type { PacketMeter } from '../codecs/packet-meter.js';
import { speexPackets } from '../codecs/speex-packets.js';
import { vorbisPackets } from '../codecs/vorbis-packets.js';

/** How a codec's packets are put into Ogg. */
export interface OggMapping {
  readonly codec: string;
  /** What granules count. */
  readonly granulesPerSecond: number;
  /** What decoders leave out at the beginning. */
  readonly leadSeconds: number;
  /** What the last page's granule can take away at most: nothing, of its last packet, of all its packets. */
  readonly trims: 'nothing' | 'packet' | 'page';
  /** How many packets follow the first before the sound. */
  readonly headers: number;
  /** Of the sound. @param lastHeader the end of the last of those headers */
  packets(lastHeader: Buffer): PacketMeter | undefined;
}

/**
 * The mapping that a stream's first packet tells; undefined where it is not of sound, or of a codec that is not counted.
 * @param first good for this call only
 */
export function oggMapping(first: Buffer): OggMapping | undefined {
  const startsWith = (text: string): boolean => first.toString('latin1', 0, text.length) === text;
  if (startsWith('OpusHead')) return opusMapping(first);
  if (startsWith('\x01vorbis')) return vorbisMapping(Buffer.from(first));
  if (startsWith('\x7fFLAC')) return flacMapping(first.subarray(17), first.length < 9 ? 0 : first.readUInt16BE(7));
  // Before there was a mapping: the marker alone, then metadata.
  if (startsWith('fLaC')) return flacMapping(first.subarray(8), 0);
  if (startsWith('Speex   ')) return speexMapping(first);
  return undefined;
}

/** RFC 7845. */
function opusMapping(head: Buffer): OggMapping | undefined {
  if (head.length < 19) return undefined;
  return {
    codec: 'opus',
    granulesPerSecond: OPUS_SAMPLES_PER_SECOND,
    leadSeconds: head.readUInt16LE(10) / OPUS_SAMPLES_PER_SECOND,
    trims: 'page',
    headers: 1,
    packets: () => opusPackets,
  };
}

/** Vorbis I, appendix A. */
function vorbisMapping(identification: Buffer): OggMapping | undefined {
  if (identification.length < 30) return undefined;
  return {
    codec: 'vorbis',
    granulesPerSecond: identification.readUInt32LE(12),
    leadSeconds: 0,
    trims: 'packet',
    headers: 2,
    packets: (setup) => vorbisPackets(identification, setup),
  };
}

/** RFC 9639, 10.1. Headers that nobody counted are told from frames by their first byte. */
function flacMapping(streamInfo: Buffer, headers: number): OggMapping {
  const samplesPerSecond = flacRate(streamInfo);
  return {
    codec: 'flac',
    granulesPerSecond: samplesPerSecond,
    leadSeconds: 0,
    trims: 'nothing',
    headers,
    packets: () => flacPackets(samplesPerSecond),
  };
}

/** The Speex manual, 7.3: a comment, and as many headers more as the first one says. */
function speexMapping(header: Buffer): OggMapping | undefined {
  const packets = speexPackets(header);
  if (!packets) return undefined;
  const extraHeaders = header.length < 72 ? 0 : header.readUInt32LE(68);
  return {
    codec: 'speex',
    granulesPerSecond: header.readUInt32LE(36),
    leadSeconds: 0,
    trims: 'nothing',
    headers: 1 + extraHeaders,
    packets: () => packets,
  };
}
