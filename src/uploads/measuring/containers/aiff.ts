import type { ByteWindow } from '../byte-window.js';
import { evenSound, type SampleSound } from '../codecs/sample-sound.js';
import { noSound, type Walk } from '../walk.js';

/** Headers that are read at most; editors write a dozen chunks. */
const MAX_CHUNKS = 256;
const FIRST_CHUNK_AT = 12;
const HEADER_BYTES = 8;
/** Of `SSND`, before the samples. */
const OFFSETS_BYTES = 8;
/** Of `COMM` in AIFF; AIFF-C has the codec's name behind it. */
const COMMON_BYTES = 18;

/** Bytes and samples of what is repeated, for each channel, by the codec's name; PCM = by the bits that `COMM` tells. */
const CODECS = new Map<string, readonly [codec: string, bytes: number, samples: number] | 'pcm'>([
  ...['NONE', 'twos', 'sowt', 'raw ', 'in24', 'in32', '42ni', '23ni'].map((name) => [name, 'pcm'] as const),
  ...['fl32', 'FL32'].map((name) => [name, ['pcm', 4, 1]] as const),
  ...['fl64', 'FL64'].map((name) => [name, ['pcm', 8, 1]] as const),
  ...['alaw', 'ALAW'].map((name) => [name, ['alaw', 1, 1]] as const),
  ...['ulaw', 'ULAW'].map((name) => [name, ['mulaw', 1, 1]] as const),
  ['ima4', ['adpcm', 34, 64]],
  ['MAC3', ['mace', 2, 6]],
  ['MAC6', ['mace', 1, 6]],
  ['GSM ', ['gsm', 33, 160]],
  ['agsm', ['gsm', 33, 160]],
  ['G722', ['g722', 1, 2]],
  ['ADP4', ['adpcm', 1, 2]],
]);

/** Lengths of whoever did not know them when the header was written. */
const UNKNOWN_LENGTHS: ReadonlySet<number> = new Set([0, 0xffffffff]);

/** AIFF and AIFF-C: the bytes of samples that are really there, by what each of them plays, and never by the count in `COMM`. */
export const walkAiff: Walk = (bytes) => {
  if (!bytes.has(0, FIRST_CHUNK_AT) || bytes.text(0, 4) !== 'FORM') return undefined;
  const isCompressed = bytes.text(8, 4) === 'AIFC';
  let sound: SampleSound | undefined;
  let dataBytes = 0;
  let position = FIRST_CHUNK_AT;
  for (let count = 0; count < MAX_CHUNKS && bytes.has(position, HEADER_BYTES); count += 1) {
    const name = bytes.text(position, 4);
    const at = position + HEADER_BYTES;
    let length = bytes.uintBE(position + 4, 4);
    if (name === 'COMM' && bytes.has(at, COMMON_BYTES))
      sound = readCommon(bytes, at, isCompressed && length > COMMON_BYTES);
    if (name === 'SSND' && bytes.has(at, OFFSETS_BYTES)) {
      const there = bytes.sizeBytes - at;
      length = UNKNOWN_LENGTHS.has(length) ? there : Math.min(length, there);
      dataBytes += Math.max(0, length - OFFSETS_BYTES - bytes.uintBE(at, 4));
    }
    position = nextChunkAt(bytes, at, length);
  }
  if (dataBytes === 0) return noSound;
  return sound && { seconds: dataBytes * sound.secondsPerByte, method: 'counted', codec: sound.codec };
};

function readCommon(bytes: ByteWindow, at: number, hasCodec: boolean): SampleSound | undefined {
  const channels = bytes.uintBE(at, 2);
  const bitsPerSample = bytes.uintBE(at + 6, 2);
  const sampleRate = readExtended(bytes, at + 8);
  if (channels < 1 || channels > 64 || sampleRate < 1_000 || sampleRate > 768_000) return undefined;
  const codec = CODECS.get(hasCodec ? bytes.text(at + COMMON_BYTES, 4) : 'NONE');
  if (codec === undefined) return undefined;
  if (codec !== 'pcm') return evenSound(codec[0], codec[1] * channels, codec[2] / sampleRate);
  if (bitsPerSample < 1 || bitsPerSample > 64) return undefined;
  return evenSound('pcm', channels * Math.ceil(bitsPerSample / 8), 1 / sampleRate);
}

/** A floating point number of 80 bits: sign, exponent of 15 bits and a mantissa with its highest bit. */
function readExtended(bytes: ByteWindow, at: number): number {
  return bytes.uint64BE(at + 2) * 2 ** ((bytes.uintBE(at, 2) & 0x7fff) - 16_383 - 63);
}

/** Chunks begin at even positions, unless whoever wrote them left out the padding. */
function nextChunkAt(bytes: ByteWindow, at: number, length: number): number {
  const end = at + length;
  const isPadded = length % 2 === 1 && !(isNamed(bytes, end) && !isNamed(bytes, end + 1));
  return isPadded ? end + 1 : end;
}

function isNamed(bytes: ByteWindow, position: number): boolean {
  return bytes.has(position, 4) && bytes.view(position, 4).every((it) => it >= 0x20 && it <= 0x7e);
}
