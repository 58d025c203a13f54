import type { ByteWindow } from '../byte-window.js';
import { aacPackets } from '../codecs/aac-packets.js';
import { ac3Packets } from '../codecs/ac3-packets.js';
import { flacPackets, flacRate } from '../codecs/flac-packets.js';
import { flashPackets } from '../codecs/flash-packets.js';
import { countMpegAudio } from '../codecs/mpeg-audio.js';
import { mpegPackets } from '../codecs/mpeg-packets.js';
import { opusPackets } from '../codecs/opus-packets.js';
import type { PacketMeter } from '../codecs/packet-meter.js';
import { GatheredRun, type Stretch } from '../gathered-run.js';
import { noSound, type Walk } from '../walk.js';

const FILE_HEADER_BYTES = 9;
const TAG_HEADER_BYTES = 11;
/** Behind every tag, and before the first one: the length of the one before. */
const BACK_POINTER_BYTES = 4;
const SOUND = 8;
/** Formats of a tag of sound that have more than one byte in front, and MP3 (the latter number: at 8 kHz). */
const FORMAT = { mp3: 2, enhanced: 9, aac: 10, mp3At8k: 14 } as const;
/** No decoder's configuration is longer. */
const MAX_CONFIGURATION_BYTES = 256;

/** What a tag of sound holds beside its own header. */
interface Packet {
  /** `aac`, or the four letters of enhanced FLV; absent = what {@link flashPackets} knows. */
  readonly codec?: string;
  readonly isConfiguration: boolean;
  readonly isSound: boolean;
  readonly from: number;
}

/** The contents of a tag of sound, as far as they are there. */
interface SoundTag extends Stretch {
  readonly isCut: boolean;
}

/**
 * Flash video, and what became of it (https://veovera.org/docs/enhanced/enhanced-rtmp-v2): its tags of sound in the format of the
 * first of them.
 */
export const walkFlv: Walk = (bytes, steps) => {
  if (!bytes.has(0, FILE_HEADER_BYTES) || bytes.text(0, 3) !== 'FLV') return undefined;
  const first = soundTags(bytes).next();
  if (first.done) return noSound;
  const format = bytes.byte(first.value.from) >> 4;
  if (format === FORMAT.mp3 || format === FORMAT.mp3At8k) {
    return countMpegAudio(new GatheredRun(bytes, contents(bytes, format)), steps);
  }
  let seconds = 0;
  let meter: PacketMeter | undefined;
  for (const { from, to, isCut } of soundTags(bytes)) {
    const flags = bytes.byte(from);
    if (flags >> 4 !== format) continue;
    const packet = readPacket(bytes, from, flags);
    if (packet.isConfiguration) {
      const configuration = bytes.view(packet.from, Math.min(MAX_CONFIGURATION_BYTES, Math.max(0, to - packet.from)));
      meter = configuredPackets(packet.codec, configuration) ?? meter;
    }
    // Decoders make nothing of a packet that was cut off, other than of samples.
    if (!packet.isSound || (isCut && packet.codec !== undefined)) continue;
    meter ??= packet.codec === undefined ? flashPackets(flags) : configuredPackets(packet.codec, Buffer.alloc(0));
    if (!meter) return undefined;
    const sizeBytes = Math.max(0, to - packet.from);
    seconds += meter.secondsOf(bytes.view(packet.from, Math.min(meter.headBytes, sizeBytes)), sizeBytes);
  }
  return { seconds, method: 'counted', codec: meter?.codec };
};

function readPacket(bytes: ByteWindow, at: number, flags: number): Packet {
  const format = flags >> 4;
  if (format === FORMAT.aac) {
    const kind = bytes.has(at + 1, 1) ? bytes.byte(at + 1) : undefined;
    return { codec: 'aac', isConfiguration: kind === 0, isSound: kind === 1, from: at + 2 };
  }
  if (format === FORMAT.enhanced) {
    const codec = bytes.has(at + 1, 4) ? bytes.text(at + 1, 4) : '';
    const kind = flags & 15;
    return { codec, isConfiguration: kind === 0, isSound: kind === 1, from: at + 5 };
  }
  return { isConfiguration: false, isSound: true, from: at + 1 };
}

/** Undefined where the codec needs another configuration, or is not known. */
function configuredPackets(codec: string | undefined, configuration: Buffer): PacketMeter | undefined {
  switch (codec) {
    case 'aac':
    case 'mp4a':
      return configuration.length >= 2 ? aacPackets(Buffer.from(configuration)) : undefined;
    case 'Opus':
      return opusPackets;
    case 'fLaC':
      // The marker of a file and the header of its first block are in front of STREAMINFO.
      return configuration.length > 8 ? flacPackets(flacRate(configuration.subarray(8))) : undefined;
    case '.mp3':
      return mpegPackets;
    case 'ac-3':
    case 'ec-3':
      return ac3Packets;
    default:
      return undefined;
  }
}

/** What is behind the byte of flags of the tags of one format. */
function* contents(bytes: ByteWindow, format: number): Generator<Stretch, undefined> {
  for (const { from, to } of soundTags(bytes)) if (bytes.byte(from) >> 4 === format) yield { from: from + 1, to };
  return undefined;
}

/**
 * The contents of tags of sound; of the last one what is there of it. Another file that is joined to the first is not heard: decoders
 * take its header for a tag of millions of bytes.
 */
function* soundTags(bytes: ByteWindow): Generator<SoundTag, undefined> {
  let position = Math.max(FILE_HEADER_BYTES, bytes.uintBE(5, 4)) + BACK_POINTER_BYTES;
  for (;;) {
    const header = bytes.view(position, TAG_HEADER_BYTES);
    if (header.length < TAG_HEADER_BYTES) return undefined;
    const from = position + TAG_HEADER_BYTES;
    const to = from + header.readUIntBE(1, 3);
    const isSound = (header.readUInt8(0) & 31) === SOUND;
    position = to + BACK_POINTER_BYTES;
    if (isSound && to > from && bytes.has(from, 1)) {
      yield { from, to: Math.min(to, bytes.sizeBytes), isCut: to > bytes.sizeBytes };
    }
  }
}
