import { evenSound } from '../codecs/sample-sound.js';
import type { Walk } from '../walk.js';

const HEADER_BYTES = 24;

/** Bytes and samples of what is repeated, for each channel, by the encoding's number (audio_filehdr(4) of SunOS). */
const ENCODINGS = new Map<number, readonly [codec: string, bytes: number, samples: number]>([
  [1, ['mulaw', 1, 1]],
  [2, ['pcm', 1, 1]],
  [3, ['pcm', 2, 1]],
  [4, ['pcm', 3, 1]],
  [5, ['pcm', 4, 1]],
  [6, ['pcm', 4, 1]],
  [7, ['pcm', 8, 1]],
  [23, ['g726', 4, 8]],
  [24, ['g722', 1, 2]],
  [25, ['g726', 3, 8]],
  [26, ['g726', 5, 8]],
  [27, ['alaw', 1, 1]],
]);

/**
 * Sun's and NeXT's AU, and DEC's with its little numbers first: the bytes of samples up to the end of the file, for decoders read
 * them whatever length the header says.
 */
export const walkAu: Walk = (bytes) => {
  if (!bytes.has(0, HEADER_BYTES)) return undefined;
  const magic = bytes.text(0, 4);
  if (magic !== '.snd' && magic !== 'dns.') return undefined;
  const integer = (at: number): number => (magic === '.snd' ? bytes.uintBE(at, 4) : bytes.uintLE(at, 4));
  const [dataAt, encoding, sampleRate, channels] = [integer(4), ENCODINGS.get(integer(12)), integer(16), integer(20)];
  const isSound = encoding && channels >= 1 && channels <= 64 && sampleRate >= 1_000 && sampleRate <= 768_000;
  if (!isSound || dataAt < HEADER_BYTES) return undefined;
  const [codec, blockBytes, samples] = encoding;
  const sound = evenSound(codec, blockBytes * channels, samples / sampleRate);
  return sound && { seconds: Math.max(0, bytes.sizeBytes - dataAt) * sound.secondsPerByte, method: 'counted', codec };
};
