import type { ByteWindow } from '../byte-window.js';
import type { PacketMeter } from '../codecs/packet-meter.js';
import type { Walked } from '../walk.js';
import { ebmlElementsIn, ebmlFloat, ebmlUnsigned } from './ebml.js';
import { matroskaPackets, type MatroskaSound } from './matroska-sound.js';
import type { TrackOfSound } from './preferred-track.js';

/** Elements of a track (RFC 9559, 5.1.4). */
const ID = {
  number: 0xd7,
  type: 0x83,
  isDefault: 0x88,
  codecId: 0x86,
  codecPrivate: 0x63a2,
  audio: 0xe1,
  samplesPerSecond: 0xb5,
  channels: 0x9f,
  bitsPerSample: 0x6264,
  encodings: 0x6d80,
  encoding: 0x6240,
  compression: 0x5034,
  compressionMethod: 0x4254,
  compressionSettings: 0x4255,
  encryption: 0x5035,
} as const;
/** Those whose elements are looked at. */
const PARENTS: ReadonlySet<number> = new Set([ID.audio, ID.encodings, ID.encoding, ID.compression]);
const SOUND = 2;
/** The method of compression that leaves out the first bytes of every frame, as they are all alike. */
const HEADER_STRIPPING = 3;

/** A packet of Opus is no longer, and the last frame of a track is not believed to be, where only times tell. */
const MAX_LAST_FRAME_SECONDS = 0.12;
/** What codecs put in front at most, 80 ms as a rule. */
const MAX_LEAD_SECONDS = 0.3;

/** What a track says of itself. */
export interface MatroskaTrackHeader extends MatroskaSound {
  readonly number: number;
  readonly isSound: boolean;
  readonly isDefault: boolean;
  /** What is to be put in front of every frame. */
  readonly strippedHead: Buffer;
  /** Whether frames can be read as they are, with that. */
  readonly isReadable: boolean;
}

/** The track whose element begins and ends there. */
export function readMatroskaTrack(bytes: ByteWindow, start: number, end: number): MatroskaTrackHeader {
  const numbers = new Map<number, number>([[ID.isDefault, 1]]);
  const contents = new Map<number, Buffer>();
  let isReadable = true;
  const read = (from: number, to: number): void => {
    for (const element of ebmlElementsIn(bytes, from, to)) {
      if (PARENTS.has(element.id)) read(element.start, element.end);
      else if (element.id === ID.samplesPerSecond) numbers.set(element.id, ebmlFloat(bytes, element));
      else if (element.id === ID.encryption) isReadable = false;
      else if (CONTENTS.has(element.id))
        contents.set(element.id, Buffer.from(bytes.view(element.start, element.end - element.start)));
      else if (NUMBERS.has(element.id)) numbers.set(element.id, ebmlUnsigned(bytes, element));
    }
  };
  read(start, end);
  const has = (id: number): boolean => numbers.has(id) || contents.has(id);
  const isStripped = numbers.get(ID.compressionMethod) === HEADER_STRIPPING;
  const isCompressed = has(ID.compressionMethod) || has(ID.compressionSettings);
  return {
    number: numbers.get(ID.number) ?? 0,
    isSound: numbers.get(ID.type) === SOUND,
    isDefault: numbers.get(ID.isDefault) !== 0,
    codecId: (contents.get(ID.codecId) ?? Buffer.alloc(0)).toString('latin1').replaceAll('\0', ''),
    configuration: contents.get(ID.codecPrivate) ?? Buffer.alloc(0),
    samplesPerSecond: numbers.get(ID.samplesPerSecond) ?? 8000,
    channels: numbers.get(ID.channels) ?? 1,
    bitsPerSample: numbers.get(ID.bitsPerSample) ?? 0,
    strippedHead: (isStripped ? contents.get(ID.compressionSettings) : undefined) ?? Buffer.alloc(0),
    isReadable: isReadable && (!isCompressed || isStripped),
  };
}

const CONTENTS: ReadonlySet<number> = new Set([ID.codecId, ID.codecPrivate, ID.compressionSettings]);
const NUMBERS: ReadonlySet<number> = new Set([
  ID.number,
  ID.type,
  ID.isDefault,
  ID.channels,
  ID.bitsPerSample,
  ID.compressionMethod,
]);

/** Codecs whose decoders make nothing of another codec's packets, and whose own ones do not tell that they are. */
const STRICT_CODECS: ReadonlySet<string> = new Set(['aac', 'alac', 'tta', 'wavpack']);

/** A track of sound, whose frames are added as they come. */
export class MatroskaTrack implements TrackOfSound {
  readonly isDefault: boolean;
  readonly channels: number;
  /** How many of a frame's first bytes it looks at. */
  readonly headBytes: number;
  private readonly packets: PacketMeter | undefined;
  private countedSeconds = 0;
  private lastPacketSeconds = 0;
  private trimmedSeconds = 0;
  private firstSeconds: number | undefined;
  private lastSeconds = 0;
  private endSeconds = 0;
  /** What follows is of another codec. */
  private hasEnded = false;

  constructor(private readonly header: MatroskaTrackHeader) {
    this.isDefault = header.isDefault;
    this.channels = header.channels;
    const packets = matroskaPackets(header);
    this.packets = header.isReadable || packets?.headBytes === 0 ? packets : undefined;
    this.headBytes = this.packets?.headBytes ?? 0;
  }

  get hasSound(): boolean {
    return this.firstSeconds !== undefined;
  }

  /** Another file was joined to this one, which has a track of the same number: decoders go on with the codec of the first. */
  follow({ codecId }: MatroskaTrackHeader): void {
    this.hasEnded = codecId !== this.header.codecId && STRICT_CODECS.has(this.packets?.codec ?? '');
  }

  /** @param timeSeconds of a block, which holds one frame or more */
  addBlock(timeSeconds: number): void {
    if (this.hasEnded) return;
    // A block does not say how long it is, but those of a track are evenly spaced.
    const gap = this.firstSeconds === undefined ? 0 : Math.max(0, timeSeconds - this.lastSeconds);
    this.firstSeconds = Math.min(this.firstSeconds ?? timeSeconds, timeSeconds);
    this.lastSeconds = timeSeconds;
    this.endSeconds = Math.max(this.endSeconds, timeSeconds + Math.min(gap, MAX_LAST_FRAME_SECONDS));
  }

  /**
   * Adds a frame of the block.
   * @param head its first {@link headBytes} bytes
   */
  addFrame(head: Buffer, sizeBytes: number): void {
    if (!this.packets || this.hasEnded) return;
    const { strippedHead } = this.header;
    const whole = strippedHead.length > 0 ? Buffer.concat([strippedHead, head]) : head;
    this.lastPacketSeconds = this.packets.secondsOf(whole, strippedHead.length + sizeBytes);
    this.countedSeconds += this.lastPacketSeconds;
  }

  /** The block that was added last says how long it is. */
  setBlockDuration(seconds: number): void {
    this.endSeconds = Math.max(this.endSeconds, this.lastSeconds + seconds);
  }

  /** Of the block that was added last so much is not to be heard. */
  trim(seconds: number): void {
    this.trimmedSeconds += Math.max(0, Math.min(seconds, this.lastPacketSeconds));
  }

  /** @param statedSeconds how long the header says that the whole is; 0 = it does not */
  walked(statedSeconds: number): Walked {
    if (this.packets) {
      const trimmedSeconds = this.trimmedSeconds + this.leadSeconds + this.beyond(statedSeconds);
      const seconds = Math.max(0, this.countedSeconds - trimmedSeconds);
      return { seconds, method: 'counted', codec: this.packets.codec };
    }
    return {
      seconds: this.endSeconds - (this.firstSeconds ?? this.endSeconds),
      method: 'timed',
      codec: this.codecName,
    };
  }

  /** How much shorter the last packet is than it seems, where only the header tells: as far as that can be. */
  private beyond(statedSeconds: number): number {
    const beyond = this.countedSeconds - statedSeconds;
    return this.packets?.codec === 'tta' && beyond > 0 && beyond < this.lastPacketSeconds ? beyond : 0;
  }

  private get codecName(): string {
    return this.header.codecId.replace('A_', '').toLowerCase();
  }

  /** What Opus leaves out in front, by its own header (RFC 7845, 5.1). */
  private get leadSeconds(): number {
    const { codecId, configuration } = this.header;
    if (codecId !== 'A_OPUS' || configuration.length < 12) return 0;
    return Math.min(MAX_LEAD_SECONDS, configuration.readUInt16LE(10) / 48_000);
  }
}
