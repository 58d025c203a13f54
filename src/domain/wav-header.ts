import { PCM } from './speech.js';

const HEADER_BYTES = 44;
/** What writers of a stream put where they do not know the length, as OpenAI does. */
const UNKNOWN_LENGTH = 0xff_ff_ff_ff;

/** What stands before the samples of OpenAI's `pcm` to make a WAV file of them, however many will come. */
export function wavHeader(): Buffer {
  const { sampleRate } = PCM;
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(UNKNOWN_LENGTH, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  // Integers, one channel.
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(PCM.channels, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate * PCM.bytesPerSample, 28);
  header.writeUInt16LE(PCM.bytesPerSample, 32);
  header.writeUInt16LE(8 * PCM.bytesPerSample, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(UNKNOWN_LENGTH, 40);
  return header;
}

/** What a WAV file says of its samples. */
export interface WavFormat {
  /** 1 = integers. */
  readonly encoding: number;
  readonly channels: number;
  readonly sampleRate: number;
  readonly bitsPerSample: number;
  readonly bytesPerSecond: number;
  /** Where the samples begin. */
  readonly dataAt: number;
}

/** No header is longer, whatever notes stand in it. */
export const MAX_WAV_HEADER_BYTES = 64 * 1024;

/**
 * Reads the header at the beginning of a WAV file.
 * @returns undefined when its samples do not begin in these bytes, `none` when it is no WAV file
 */
export function readWavHeader(bytes: Buffer): WavFormat | 'none' | undefined {
  if (bytes.length < 12) return undefined;
  if (bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WAVE') return 'none';
  let format: Omit<WavFormat, 'dataAt'> | undefined;
  for (let at = 12; at + 8 <= bytes.length;) {
    const [name, length] = [bytes.toString('latin1', at, at + 4), bytes.readUInt32LE(at + 4)];
    if (name === 'data') return format ? { ...format, dataAt: at + 8 } : 'none';
    if (name === 'fmt ' && length >= 16) {
      if (at + 24 > bytes.length) return undefined;
      format = formatAt(bytes, at + 8, length);
    }
    at += 8 + length + (length % 2);
  }
  return bytes.length > MAX_WAV_HEADER_BYTES ? 'none' : undefined;
}

function formatAt(bytes: Buffer, at: number, length: number): Omit<WavFormat, 'dataAt'> {
  const written = bytes.readUInt16LE(at);
  // WAVE_FORMAT_EXTENSIBLE has the encoding in the first two bytes of its GUID.
  const isExtensible = written === 0xff_fe && length >= 40 && at + 26 <= bytes.length;
  return {
    encoding: isExtensible ? bytes.readUInt16LE(at + 24) : written,
    channels: bytes.readUInt16LE(at + 2),
    sampleRate: bytes.readUInt32LE(at + 4),
    bytesPerSecond: bytes.readUInt32LE(at + 8),
    bitsPerSample: bytes.readUInt16LE(at + 14),
  };
}

/** Whether the samples are those of OpenAI's `pcm`. */
export function isOpenAiPcm({ encoding, channels, sampleRate, bitsPerSample }: WavFormat): boolean {
  return (
    encoding === 1 &&
    channels === PCM.channels &&
    sampleRate === PCM.sampleRate &&
    bitsPerSample === 8 * PCM.bytesPerSample
  );
}
