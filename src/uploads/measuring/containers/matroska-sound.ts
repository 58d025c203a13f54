import { aacPackets } from '../codecs/aac-packets.js';
import { ac3Packets } from '../codecs/ac3-packets.js';
import { alacPackets } from '../codecs/alac-packets.js';
import { dtsPackets } from '../codecs/dts-packets.js';
import { flacPackets, flacRate } from '../codecs/flac-packets.js';
import { mpegPackets } from '../codecs/mpeg-packets.js';
import { opusPackets } from '../codecs/opus-packets.js';
import { evenBytes, evenPackets, type PacketMeter } from '../codecs/packet-meter.js';
import { ttaPackets } from '../codecs/tta-packets.js';
import { SETUP_TAIL_BYTES, vorbisPackets } from '../codecs/vorbis-packets.js';
import { readWaveFormat } from '../codecs/wave-format.js';
import { wavpackPackets } from '../codecs/wavpack-packets.js';

/** What a track of Matroska tells of its sound. */
export interface MatroskaSound {
  /** `CodecID`, as `A_OPUS`. */
  readonly codecId: string;
  /** `CodecPrivate`. */
  readonly configuration: Buffer;
  readonly samplesPerSecond: number;
  readonly channels: number;
  /** Of a sample that is not compressed; 0 = not told. */
  readonly bitsPerSample: number;
}

/** Formats of WAVEFORMATEX whose packets are frames. */
const FORMAT_TAG = { mpeg: 0x50, mp3: 0x55, aac: 0xff, ac3: 0x2000, dts: 0x2001 } as const;

/**
 * How a codec's packets are counted (https://www.matroska.org/technical/codec_specs.html); undefined where only times tell.
 */
export function matroskaPackets(sound: MatroskaSound): PacketMeter | undefined {
  const { codecId, configuration, samplesPerSecond, channels, bitsPerSample } = sound;
  const [kind, ...variants] = codecId.split('/');
  switch (kind) {
    case 'A_OPUS':
      return opusPackets;
    case 'A_VORBIS':
      return packetsOfVorbis(configuration);
    case 'A_FLAC':
      // The marker of a file and the header of its first block are in front of STREAMINFO.
      return flacPackets(flacRate(configuration.subarray(8)) || samplesPerSecond);
    case 'A_AAC':
      return configuration.length >= 2 ? aacPackets(configuration) : evenPackets('aac', 1024 / samplesPerSecond);
    case 'A_MPEG':
      return mpegPackets;
    case 'A_AC3':
    case 'A_EAC3':
      return ac3Packets;
    case 'A_DTS':
      return dtsPackets;
    case 'A_ALAC':
      return alacPackets(configuration);
    case 'A_TTA1':
      return ttaPackets(samplesPerSecond);
    case 'A_WAVPACK4':
      return wavpackPackets(samplesPerSecond);
    case 'A_PCM':
      return evenBytes('pcm', (channels * bitsPerSample) / 8, 1 / samplesPerSecond);
    case 'A_MS':
      return variants[0] === 'ACM' ? packetsOfWave(configuration) : undefined;
    default:
      return undefined;
  }
}

/** Three headers in a row, the lengths of the first two in front: bytes of 255 until one that is less. */
function packetsOfVorbis(headers: Buffer): PacketMeter | undefined {
  let at = 1;
  const lengths = [0, 0].map(() => {
    let length = 0;
    while (headers[at] === 255) {
      length += 255;
      at += 1;
    }
    length += headers[at] ?? 0;
    at += 1;
    return length;
  });
  return vorbisPackets(headers.subarray(at, at + (lengths[0] ?? 0)), headers.subarray(-SETUP_TAIL_BYTES));
}

function packetsOfWave(format: Buffer): PacketMeter | undefined {
  if (format.length < 16) return undefined;
  switch (format.readUInt16LE(0)) {
    case FORMAT_TAG.mpeg:
    case FORMAT_TAG.mp3:
      return mpegPackets;
    case FORMAT_TAG.aac:
      return format.length >= 20 ? aacPackets(format.subarray(18)) : undefined;
    case FORMAT_TAG.ac3:
      return ac3Packets;
    case FORMAT_TAG.dts:
      return dtsPackets;
    default:
      return packetsOfSamples(format);
  }
}

/** Of samples, or of blocks of them. */
function packetsOfSamples(format: Buffer): PacketMeter | undefined {
  const sound = readWaveFormat(format);
  if (!sound || 'count' in sound) return undefined;
  const { codec, secondsPerByte } = sound;
  return { codec, headBytes: 0, secondsOf: (_head, sizeBytes) => sizeBytes * secondsPerByte };
}
