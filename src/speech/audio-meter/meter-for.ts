import { PCM, type SpeechFormat } from '../../domain/speech.js';
import { AdtsMeter } from './adts.meter.js';
import { FlacMeter } from './flac.meter.js';
import { MpegMeter } from './mpeg.meter.js';
import { OggMeter } from './ogg.meter.js';
import { WavMeter } from './wav.meter.js';
import type { AudioMeter } from './audio-meter.js';

/** Bare samples: every byte counts. */
class PcmMeter implements AudioMeter {
  private bytes = 0;

  add(piece: Buffer): void {
    this.bytes += piece.length;
  }

  get seconds(): number {
    return this.bytes / PCM.bytesPerSecond;
  }
}

const METERS: Readonly<Record<SpeechFormat, new () => AudioMeter>> = {
  mp3: MpegMeter,
  opus: OggMeter,
  aac: AdtsMeter,
  flac: FlacMeter,
  wav: WavMeter,
  pcm: PcmMeter,
};

/** A meter for audio of that format. */
export function meterFor(format: SpeechFormat): AudioMeter {
  return new METERS[format]();
}
