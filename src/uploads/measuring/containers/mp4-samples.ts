import type { ByteWindow } from '../byte-window.js';
import type { Walked } from '../walk.js';
import type { Mp4Edits } from './mp4-edits.js';
import type { Mp4Sound } from './mp4-sound.js';

/** Samples that follow each other in the file and are all as large. */
export interface EvenSamples {
  readonly count: number;
  readonly sizeBytes: number;
  /** Whether they have one tick each, as where the tables count samples of sound, and not packets. */
  readonly areSingleTicks: boolean;
}

/** Samples that are in the file. */
interface Taken {
  readonly sizeBytes: number;
  readonly ticks: number;
  /** Of each of them. */
  readonly packetTicks: number;
  readonly seconds: number;
  /** Of each of them, by the codec. */
  readonly packetSeconds: number;
}

/** How far the ticks of samples may be from what their codec says: 2 %, and a packet of any codec. */
const TICKS_TOLERANCE = { share: 0.02, seconds: 0.1 } as const;

/** Adds up the samples of a track whose bytes are in the file, each by its own header or its codec, or by its ticks. */
export class Mp4Samples {
  private readonly bytes: ByteWindow;
  /** What an edit list leaves where ticks are as the tables say, and as the codec does. */
  private playedSeconds = 0;
  private playedByCodec = 0;
  /** Of those that have an edit list. */
  private editable = { seconds: 0, ticks: 0 };
  private ticks = 0;
  private takenBytes = 0;

  constructor(
    bytes: ByteWindow,
    private readonly sound: Mp4Sound,
    private readonly timescale: number,
  ) {
    // The tables that lead here are elsewhere in the file.
    this.bytes = sound.packets?.headBytes ? bytes.another() : bytes;
  }

  /** Whether more bytes were taken than the file has: its samples lie upon each other, which no recording's do. */
  get areFalse(): boolean {
    return this.takenBytes > this.bytes.sizeBytes;
  }

  /**
   * Adds a sample if it is in the file.
   * @param edits what of it is played; fragments have none
   */
  add(offset: number, sizeBytes: number, ticks: number, edits?: Mp4Edits): void {
    if (sizeBytes > 0 && this.bytes.has(offset, sizeBytes)) {
      const seconds = this.secondsOf(offset, sizeBytes) ?? this.secondsOfTicks(ticks);
      this.take({ sizeBytes, ticks, packetTicks: ticks, seconds, packetSeconds: seconds }, edits);
    }
    this.ticks += ticks;
  }

  /**
   * Adds as many as are in the file.
   * @param ticksOf how many the next so many samples have
   */
  addEven(offset: number, even: EvenSamples, ticksOf: (count: number) => number, edits?: Mp4Edits): void {
    const { count, sizeBytes, areSingleTicks } = even;
    const { packets, blocks } = this.sound;
    const left = Math.max(0, this.bytes.sizeBytes - offset);
    // Fewer bytes than a block has are not one of its own, whatever its ticks are.
    if (blocks && (areSingleTicks || sizeBytes < blocks.blockBytes)) {
      const there = Math.min(Math.ceil(count / blocks.blockSamples), Math.floor(left / blocks.blockBytes));
      const ticks = Math.min(count, there * blocks.blockSamples);
      const seconds = ticks / blocks.samplesPerSecond;
      const packetTicks = blocks.blockSamples;
      const packetSeconds = packetTicks / blocks.samplesPerSecond;
      this.take({ sizeBytes: there * blocks.blockBytes, ticks, packetTicks, seconds, packetSeconds }, edits);
      this.ticks += count;
      return;
    }
    const there = Math.min(count, Math.floor(left / sizeBytes));
    if (packets && packets.headBytes > 0) {
      for (let index = 0; index < there; index += 1) this.add(offset + index * sizeBytes, sizeBytes, ticksOf(1), edits);
    } else {
      const ticks = ticksOf(there);
      const each = this.secondsOf(offset, sizeBytes);
      const seconds = each === undefined ? this.secondsOfTicks(ticks) : there * each;
      const [packetTicks, packetSeconds] = [ticks / there, seconds / there];
      this.take({ sizeBytes: there * sizeBytes, ticks, packetTicks, seconds, packetSeconds }, edits);
      this.ticks += ticks;
    }
    this.ticks += ticksOf(count - there);
  }

  /** What was added. */
  get walked(): Walked {
    const { codec, packets, blocks } = this.sound;
    const seconds = this.areTicksTrue ? this.playedSeconds : this.playedByCodec;
    return { seconds, method: packets || blocks ? 'counted' : 'timed', codec };
  }

  private take({ sizeBytes, ticks, packetTicks, seconds, packetSeconds }: Taken, edits: Mp4Edits | undefined): void {
    this.takenBytes += sizeBytes;
    this.playedSeconds += seconds * (edits?.playedOf(this.ticks, ticks, packetTicks) ?? 1);
    const inTicks = (it: number): number => it * this.timescale;
    const played = edits?.playedOf(inTicks(this.editable.seconds), inTicks(seconds), inTicks(packetSeconds));
    this.playedByCodec += seconds * (played ?? 1);
    if (!edits) return;
    this.editable.seconds += seconds;
    this.editable.ticks += ticks;
  }

  /** Whether the ticks, which edit lists count in, are those of the codec; else they lie. */
  private get areTicksTrue(): boolean {
    const { seconds, ticks } = this.editable;
    const difference = Math.abs(this.secondsOfTicks(ticks) - seconds);
    return difference <= seconds * TICKS_TOLERANCE.share + TICKS_TOLERANCE.seconds;
  }

  /** By the codec; undefined where only ticks tell. */
  private secondsOf(offset: number, sizeBytes: number): number | undefined {
    const { packets, blocks } = this.sound;
    if (packets) return packets.secondsOf(this.bytes.view(offset, Math.min(packets.headBytes, sizeBytes)), sizeBytes);
    if (!blocks) return undefined;
    return (Math.floor(sizeBytes / blocks.blockBytes) * blocks.blockSamples) / blocks.samplesPerSecond;
  }

  private secondsOfTicks(ticks: number): number {
    return this.timescale > 0 ? ticks / this.timescale : 0;
  }
}
