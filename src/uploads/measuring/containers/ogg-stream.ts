import { SETUP_TAIL_BYTES } from '../codecs/vorbis-packets.js';
import type { PacketMeter } from '../codecs/packet-meter.js';
import type { OggMapping } from './ogg-mappings.js';
import type { OggPage } from './ogg-pages.js';

/** A part of a packet of this length is followed by another one. */
const FULL_PART_BYTES = 255;
const NOTHING = Buffer.alloc(0);

/** One stream of an Ogg file: its packets are put together from its pages, and add up to how long it plays. */
export class OggStream {
  private headersLeft: number;
  private packets: PacketMeter | undefined;
  private playedSeconds = 0;
  private trimmedSeconds = 0;
  /** Of the page before. */
  private granule = 0;
  /** Of the packet that is not yet whole: its size, or undefined where its beginning was not there. */
  private pendingBytes: number | undefined = 0;
  /** Its first bytes, if it is of sound; its last ones, if it is a header. */
  private pending: Buffer = NOTHING;

  constructor(private readonly mapping: OggMapping) {
    this.headersLeft = mapping.headers;
    if (this.headersLeft === 0) this.packets = mapping.packets(this.pending);
  }

  get codec(): string {
    return this.mapping.codec;
  }

  /** How long it plays, as far as it was added. */
  get seconds(): number {
    return Math.max(0, this.playedSeconds - this.mapping.leadSeconds - this.trimmedSeconds);
  }

  /** @param partsToSkip of the first page, whose first packet told the mapping */
  add(page: OggPage, partsToSkip = 0): void {
    const before = this.playedSeconds;
    let last = before;
    if (!page.isContinued) this.begin();
    else if (this.pendingBytes === 0) this.pendingBytes = undefined;
    let at = 0;
    for (let part = 0; part < page.lacing.length; part += 1) {
      const sizeBytes = page.lacing[part] ?? 0;
      if (part >= partsToSkip) {
        if (sizeBytes > 0) this.addPart(page.body, at, sizeBytes);
        if (sizeBytes < FULL_PART_BYTES) {
          last = this.playedSeconds;
          this.end();
        }
      }
      at += sizeBytes;
    }
    // What goes on in the next page must not be lost with this one's bytes.
    if (this.pending.length > 0) this.pending = Buffer.from(this.pending);
    if (page.isLast) this.trim(page.granule, before, last);
    if (page.granule >= 0) this.granule = page.granule;
  }

  /** Takes away at the end what the last granule says is not to be heard. */
  private trim(granule: number, beforePage: number, beforeLastPacket: number): void {
    const { trims, granulesPerSecond } = this.mapping;
    if (trims === 'nothing' || !(granulesPerSecond > 0)) return;
    const beyond = this.playedSeconds - beforePage - (granule - this.granule) / granulesPerSecond;
    const most = this.playedSeconds - (trims === 'page' ? beforePage : beforeLastPacket);
    this.trimmedSeconds = Math.max(0, Math.min(beyond, most));
  }

  private begin(): void {
    this.pendingBytes = 0;
    this.pending = NOTHING;
  }

  private addPart(body: Buffer, at: number, sizeBytes: number): void {
    if (this.pendingBytes === undefined) return;
    this.pendingBytes += sizeBytes;
    if (this.headersLeft > 0) {
      this.pending = Buffer.concat([this.pending, body.subarray(at, at + sizeBytes)]).subarray(-SETUP_TAIL_BYTES);
    } else if (this.packets && this.pending.length < this.packets.headBytes) {
      const head = body.subarray(at, at + Math.min(sizeBytes, this.packets.headBytes));
      this.pending = this.pending.length === 0 ? head : Buffer.concat([this.pending, head]);
    }
  }

  private end(): void {
    if (this.pendingBytes !== undefined) {
      if (this.headersLeft > 0) {
        this.headersLeft -= 1;
        if (this.headersLeft === 0) this.packets = this.mapping.packets(this.pending);
      } else if (this.packets && this.pendingBytes > 0) {
        this.playedSeconds += this.packets.secondsOf(this.pending, this.pendingBytes);
      }
    }
    this.begin();
  }
}
