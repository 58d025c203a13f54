import type { ByteWindow } from '../byte-window.js';
import { evenSound, type SampleSound } from '../codecs/sample-sound.js';
import { noSound, type Walk } from '../walk.js';

const MAGIC = 'Creative Voice File\x1a';
/** Where the header tells how long it is. */
const HEADER_LENGTH_AT = 20;
/** Of a block: its type and a length of three bytes. */
const BLOCK_HEADER_BYTES = 4;
/** Of a recorder that could not go back: the sound goes on to the end. */
const NEVER_FILLED_IN = 0;

/** Types of blocks: http://www.shikadi.net/moddingwiki/VOC_Format */
const BLOCK = { end: 0, sound: 1, more: 2, silence: 3, extended: 8, newSound: 9 } as const;
/** How much of a block is no sound, by its type. */
const ATTRIBUTE_BYTES: ReadonlyMap<number, number> = new Map([
  [BLOCK.sound, 2],
  [BLOCK.more, 0],
  [BLOCK.silence, 3],
  [BLOCK.extended, 4],
  [BLOCK.newSound, 12],
]);

/** Codecs by their numbers, and the samples of a byte: those of less than a byte are the Sound Blaster's ADPCM. */
const CODECS: ReadonlyMap<number, readonly [name: string, samplesPerByte: number]> = new Map([
  [0, ['pcm', 1]],
  [1, ['adpcm', 2]],
  [2, ['adpcm', 3]],
  [3, ['adpcm', 4]],
  [4, ['pcm', 0.5]],
  [6, ['alaw', 1]],
  [7, ['mulaw', 1]],
  [0x200, ['adpcm', 2]],
]);

/** What a block of the newer type says of the one behind it. */
interface Extension {
  readonly samplesPerSecond: number;
  readonly channels: number;
}

/**
 * Creative Voice: the bytes of its blocks of sound, and blocks of silence. Loops are not gone through again, for decoders do
 * not either, and a loop may say any number.
 */
export const walkVoc: Walk = (bytes) => {
  if (!bytes.has(0, HEADER_LENGTH_AT + 2) || bytes.text(0, MAGIC.length) !== MAGIC) return undefined;
  let seconds = 0;
  let sound: SampleSound | undefined;
  let extension: Extension | undefined;
  /** There is something that is not measured here, or that was cut off. */
  let isUnclear = false;
  let position = bytes.uintLE(HEADER_LENGTH_AT, 2);
  while (bytes.has(position, BLOCK_HEADER_BYTES)) {
    const type = bytes.byte(position);
    if (type === BLOCK.end) break;
    const at = position + BLOCK_HEADER_BYTES;
    const end = endOfBlock(bytes, type, at);
    position = end;
    isUnclear ||= end > bytes.sizeBytes;
    const soundAt = at + (ATTRIBUTE_BYTES.get(type) ?? Infinity);
    const soundBytes = Math.min(end, bytes.sizeBytes) - soundAt;
    if (soundBytes < 0) continue;
    if (type === BLOCK.silence) {
      seconds += (bytes.uintLE(at, 2) + 1) / rateOf(bytes.byte(at + 2));
    } else if (type === BLOCK.extended) {
      extension = readExtension(bytes, at);
    } else {
      if (type === BLOCK.sound) sound = readSound(bytes, at, extension);
      if (type === BLOCK.newSound) sound = readNewSound(bytes, at);
      extension = undefined;
      isUnclear ||= soundBytes > 0 && !sound;
      seconds += soundBytes * (sound?.secondsPerByte ?? 0);
    }
  }
  if (seconds === 0) return isUnclear ? undefined : noSound;
  return { seconds, method: 'counted', codec: sound?.codec };
};

/** By its length, but for those that all are as long; beyond the end of the file where that is a lie or it was cut off. */
function endOfBlock(bytes: ByteWindow, type: number, at: number): number {
  if (type === BLOCK.silence || type === BLOCK.extended) return at + (ATTRIBUTE_BYTES.get(type) ?? 0);
  const length = bytes.uintLE(at - 3, 3);
  const isSound = type === BLOCK.sound || type === BLOCK.newSound || type === BLOCK.more;
  return isSound && length === NEVER_FILLED_IN ? bytes.sizeBytes : at + length;
}

/** In hertz; the byte is a divisor of a million. */
function rateOf(code: number): number {
  return 1_000_000 / (256 - code);
}

function readExtension(bytes: ByteWindow, at: number): Extension {
  const channels = bytes.byte(at + 3) + 1;
  return { samplesPerSecond: 256_000_000 / (65_536 - bytes.uintLE(at, 2)) / channels, channels };
}

function readSound(bytes: ByteWindow, at: number, extension: Extension | undefined): SampleSound | undefined {
  const { samplesPerSecond, channels } = extension ?? { samplesPerSecond: rateOf(bytes.byte(at)), channels: 1 };
  return soundOf(bytes.byte(at + 1), channels, samplesPerSecond);
}

function readNewSound(bytes: ByteWindow, at: number): SampleSound | undefined {
  return soundOf(bytes.uintLE(at + 6, 2), bytes.byte(at + 5), bytes.uintLE(at, 4));
}

function soundOf(code: number, channels: number, samplesPerSecond: number): SampleSound | undefined {
  const [codec, samplesPerByte] = CODECS.get(code) ?? [];
  if (codec === undefined || samplesPerByte === undefined || !isRate(samplesPerSecond)) return undefined;
  return evenSound(codec, channels, samplesPerByte / samplesPerSecond);
}

function isRate(samplesPerSecond: number): boolean {
  return samplesPerSecond >= 1_000 && samplesPerSecond <= 768_000;
}
