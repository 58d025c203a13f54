import { partOf } from '../byte-run.js';
import type { ByteWindow } from '../byte-window.js';
import { MAX_WAVE_FORMAT_BYTES, readWaveFormat, type WaveSound } from '../codecs/wave-format.js';
import type { StepBudget } from '../step-budget.js';
import { noSound, type Walk, type Walked } from '../walk.js';

/** Headers that are read at most; recorders write a dozen chunks. */
const MAX_CHUNKS = 256;

/** How one of the relatives of WAV writes its chunks. */
interface Dialect {
  readonly firstChunkAt: number;
  /** Of a name and a length. */
  readonly headerBytes: number;
  /** Chunks begin at multiples of it. */
  readonly alignment: number;
  readonly isBigEndian: boolean;
  /** The length of the contents, without the header, of the chunk at a position. */
  lengthAt(bytes: ByteWindow, position: number): number;
}

const riff: Dialect = {
  firstChunkAt: 12,
  headerBytes: 8,
  alignment: 2,
  isBigEndian: false,
  lengthAt: (bytes, position) => bytes.uintLE(position + 4, 4),
};

const bigEndianRiff: Dialect = {
  ...riff,
  isBigEndian: true,
  lengthAt: (bytes, position) => bytes.uintBE(position + 4, 4),
};

/** Sony Wave64: names are GUIDs whose first four bytes are those of RIFF, lengths have 64 bits and count the header. */
const wave64: Dialect = {
  firstChunkAt: 40,
  headerBytes: 24,
  alignment: 8,
  isBigEndian: false,
  lengthAt: (bytes, position) => Math.max(0, bytes.uint64LE(position + 16) - 24),
};

/** RIFF, and what it became for files of more than 4 GB: RF64 (EBU Tech 3306), renamed BW64 (ITU-R BS.2088). */
const dialects = new Map([
  ['RIFF', riff],
  ['RF64', riff],
  ['BW64', riff],
  ['RIFX', bigEndianRiff],
  ['riff', wave64],
]);

/** Lengths of whoever did not know them when the header was written: they were filled in later, or never. */
const NEVER_FILLED_IN = 0;
const UNKNOWN = 0xffffffff;

interface Chunk {
  readonly name: string;
  /** Where its contents are. */
  readonly at: number;
  readonly length: number;
}

/** One stretch of samples. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * WAV, RF64, BW64, RIFX and Sony Wave64: the bytes of samples that are really there, by what each of them plays. A `data` chunk of no
 * or unknown length, as a recorder writes it that cannot go back, and one that was cut off go on to the end of the file.
 */
export const walkWav: Walk = (bytes, steps) => {
  const dialect = bytes.has(0, 4) ? dialects.get(bytes.text(0, 4)) : undefined;
  if (!dialect) return undefined;
  let sound: WaveSound | undefined;
  let longDataBytes: number | undefined;
  const stretches: Stretch[] = [];
  let position = dialect.firstChunkAt;
  for (let count = 0; count < MAX_CHUNKS; count += 1) {
    const chunk = readChunk(bytes, dialect, position);
    if (!chunk) return measureStretches(bytes, steps, sound, stretches);
    const { name, at } = chunk;
    let { length } = chunk;
    if (name === 'data') {
      if (length === UNKNOWN) length = longDataBytes ?? UNKNOWN;
      const isOpen = length === UNKNOWN || (length === NEVER_FILLED_IN && !areChunks(bytes, dialect, at));
      const to = isOpen ? bytes.sizeBytes : Math.min(at + length, bytes.sizeBytes);
      stretches.push({ from: at, to });
      length = to - at;
    }
    if (name === 'fmt ')
      sound = readWaveFormat(bytes.view(at, Math.min(length, MAX_WAVE_FORMAT_BYTES)), dialect.isBigEndian);
    if (name === 'ds64' && bytes.has(at, 16)) longDataBytes = bytes.uint64LE(at + 8);
    position = nextChunkAt(bytes, dialect, { name, at, length });
  }
  return stretches.length > 0 ? measureStretches(bytes, steps, sound, stretches) : undefined;
};

function measureStretches(
  bytes: ByteWindow,
  steps: StepBudget,
  sound: WaveSound | undefined,
  stretches: readonly Stretch[],
): Walked | undefined {
  const dataBytes = stretches.reduce((sum, { from, to }) => sum + to - from, 0);
  // Also a file that was cut off before there were any samples.
  if (dataBytes === 0) return noSound;
  if (!sound) return undefined;
  if ('secondsPerByte' in sound) {
    return { seconds: dataBytes * sound.secondsPerByte, method: 'counted', codec: sound.codec };
  }
  const [first] = stretches;
  return first && sound.count(partOf(bytes, first.from, first.to), steps);
}

function readChunk(bytes: ByteWindow, dialect: Dialect, position: number): Chunk | undefined {
  if (!bytes.has(position, dialect.headerBytes)) return undefined;
  return {
    name: bytes.text(position, 4),
    at: position + dialect.headerBytes,
    length: dialect.lengthAt(bytes, position),
  };
}

function nextChunkAt(bytes: ByteWindow, dialect: Dialect, { at, length }: Chunk): number {
  const end = at + length;
  const aligned = at + Math.ceil(length / dialect.alignment) * dialect.alignment;
  // Some leave out the padding of an odd chunk.
  return aligned !== end && !isNamed(bytes, aligned) && isNamed(bytes, end) ? end : aligned;
}

function isNamed(bytes: ByteWindow, position: number): boolean {
  return bytes.has(position, 4) && bytes.view(position, 4).every((it) => it >= 0x20 && it <= 0x7e);
}

/** Whether what follows a `data` chunk of no length are other chunks, to the very end of the file: then it has no samples. */
function areChunks(bytes: ByteWindow, dialect: Dialect, from: number): boolean {
  let position = from;
  for (let count = 0; count < MAX_CHUNKS && position < bytes.sizeBytes; count += 1) {
    const chunk = readChunk(bytes, dialect, position);
    if (!chunk || !isNamed(bytes, position)) return false;
    // The last chunk may lack its padding.
    if (chunk.at + chunk.length === bytes.sizeBytes) return true;
    position = nextChunkAt(bytes, dialect, chunk);
  }
  return position === bytes.sizeBytes;
}
