import { MAX_WAV_HEADER_BYTES, readWavHeader, type WavFormat } from '../../domain/wav-header.js';
import type { AudioMeter } from './audio-meter.js';

/** A WAV file: what comes after its header is counted by its bytes, whatever the header says of their number. */
export class WavMeter implements AudioMeter {
  private head: Buffer | undefined = Buffer.alloc(0);
  private format: WavFormat | undefined;
  private bytes = 0;

  add(piece: Buffer): void {
    this.bytes += piece.length;
    if (!this.head) return;
    this.head = Buffer.concat([this.head, piece]);
    const read = readWavHeader(this.head.subarray(0, MAX_WAV_HEADER_BYTES + 1));
    if (read === undefined) return;
    this.format = read === 'none' ? undefined : read;
    this.head = undefined;
  }

  get seconds(): number | undefined {
    if (!this.format || this.format.bytesPerSecond === 0) return undefined;
    return (this.bytes - this.format.dataAt) / this.format.bytesPerSecond;
  }
}
