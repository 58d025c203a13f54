/** A recording to be made for a test. */
export interface WavOptions {
  readonly durationSeconds: number;
  /** In hertz. */
  readonly sampleRate?: number;
  readonly channels?: number;
  /** Pitch of a sine tone at half the full volume; absent = silence. */
  readonly toneHz?: number;
  /** What the header claims about the length of the samples; absent = the truth. */
  readonly declaredDataBytes?: number;
}

const HEADER_BYTES = 44;
const BYTES_PER_SAMPLE = 2;

/** Makes a 16 bit PCM WAV file. The same options always give the same bytes. */
export function makeWav(options: WavOptions): Buffer {
  const { durationSeconds, sampleRate = 16_000, channels = 1, toneHz } = options;
  const frames = Math.round(durationSeconds * sampleRate);
  const blockBytes = channels * BYTES_PER_SAMPLE;
  const dataBytes = frames * blockBytes;
  const declaredDataBytes = options.declaredDataBytes ?? dataBytes;
  const wav = Buffer.alloc(HEADER_BYTES + dataBytes);

  wav.write('RIFF', 0, 'latin1');
  wav.writeUInt32LE(Math.min(declaredDataBytes + HEADER_BYTES - 8, 0xffffffff), 4);
  wav.write('WAVEfmt ', 8, 'latin1');
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20); // PCM
  wav.writeUInt16LE(channels, 22);
  wav.writeUInt32LE(sampleRate, 24);
  wav.writeUInt32LE(sampleRate * blockBytes, 28);
  wav.writeUInt16LE(blockBytes, 32);
  wav.writeUInt16LE(BYTES_PER_SAMPLE * 8, 34);
  wav.write('data', 36, 'latin1');
  wav.writeUInt32LE(declaredDataBytes, 40);

  if (toneHz === undefined) return wav;
  for (let frame = 0; frame < frames; frame += 1) {
    const sample = Math.round(0x3fff * Math.sin((2 * Math.PI * toneHz * frame) / sampleRate));
    for (let channel = 0; channel < channels; channel += 1) {
      wav.writeInt16LE(sample, HEADER_BYTES + frame * blockBytes + channel * BYTES_PER_SAMPLE);
    }
  }
  return wav;
}
