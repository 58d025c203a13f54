import type { ByteWindow } from '../byte-window.js';
import { aacPackets } from '../codecs/aac-packets.js';
import { MAX_WAVE_FORMAT_BYTES, readWaveFormat, type WaveSound } from '../codecs/wave-format.js';
import { GatheredRun } from '../gathered-run.js';
import type { StepBudget } from '../step-budget.js';
import { noSound, type Walk, type Walked } from '../walk.js';
import { aviChunks, type AviChunk } from './avi-chunks.js';
import { preferredTrack } from './preferred-track.js';

/** The number of AAC in WAVEFORMATEX, and where that structure ends and the decoder's configuration begins. */
const [AAC, CONFIGURATION_AT] = [0xff, 18] as const;
/** More streams than names of chunks can tell apart. */
const MAX_STREAMS = 100;

/** What `strh` and `strf` tell of a stream of sound. */
interface Stream {
  /** How its chunks are named. */
  readonly name: string;
  /** WAVEFORMATEX. */
  readonly format: Buffer;
  readonly channels: number;
  readonly hasSound: true;
  readonly isDefault: false;
}

/**
 * AVI and OpenDML: the chunks of sound that are there, by what their codec makes of them. What the headers say of the length of a
 * stream is not believed.
 */
export const walkAvi: Walk = (bytes, steps) => {
  if (!bytes.has(0, 12) || bytes.text(0, 4) !== 'RIFF' || !bytes.text(8, 4).startsWith('AVI')) return undefined;
  const streams = readStreams(bytes, steps);
  if (streams.length === 0) return noSound;
  const stream = preferredTrack(streams);
  if (!stream) return undefined;
  const chunks = (): Generator<AviChunk> => chunksNamed(stream.name, bytes, steps);
  const { format } = stream;
  if (format.length >= CONFIGURATION_AT + 2 && format.readUInt16LE(0) === AAC && !hasAdts(bytes, chunks())) {
    return countAac(format.subarray(CONFIGURATION_AT), chunks());
  }
  const sound = readWaveFormat(format);
  return sound && countSound(sound, bytes, steps, chunks);
};

function countSound(
  sound: WaveSound,
  bytes: ByteWindow,
  steps: StepBudget,
  chunks: () => Generator<AviChunk>,
): Walked | undefined {
  if ('count' in sound) {
    const walked = sound.count(new GatheredRun(bytes, chunks()), steps);
    return walked ?? (chunks().next().done ? noSound : undefined);
  }
  let soundBytes = 0;
  for (const { from, to } of chunks()) soundBytes += to - from;
  return { seconds: soundBytes * sound.secondsPerByte, method: 'counted', codec: sound.codec };
}

/** A packet in a chunk. */
function countAac(configuration: Buffer, chunks: Generator<AviChunk>): Walked | undefined {
  const packets = aacPackets(configuration);
  if (!packets) return undefined;
  let seconds = 0;
  for (const { from, to } of chunks) seconds += packets.secondsOf(configuration, to - from);
  return { seconds, method: 'counted', codec: packets.codec };
}

function hasAdts(bytes: ByteWindow, chunks: Generator<AviChunk>): boolean {
  const first = chunks.next();
  return !first.done && bytes.has(first.value.from, 2) && (bytes.uintBE(first.value.from, 2) & 0xfff6) === 0xfff0;
}

/** The streams of sound, from the headers in front of the first sound or picture. */
function readStreams(bytes: ByteWindow, steps: StepBudget): Stream[] {
  const streams: Stream[] = [];
  let count = 0;
  let isSound = false;
  for (const { name, from, to } of aviChunks(bytes, steps)) {
    if (name === 'strh') {
      isSound = bytes.has(from, 4) && bytes.text(from, 4) === 'auds';
      count += 1;
      if (count > MAX_STREAMS) break;
    } else if (name === 'strf' && isSound) {
      const format = Buffer.from(bytes.view(from, Math.min(to - from, MAX_WAVE_FORMAT_BYTES)));
      const channels = format.length >= 4 ? format.readUInt16LE(2) : 0;
      streams.push({ name: nameOf(count - 1), format, channels, hasSound: true, isDefault: false });
      isSound = false;
    } else if (count > 0 && isData(name)) break;
  }
  return streams;
}

function nameOf(index: number): string {
  return `${String(index).padStart(2, '0')}wb`;
}

function isData(name: string): boolean {
  return ['wb', 'dc', 'db'].includes(name.slice(2));
}

function* chunksNamed(name: string, bytes: ByteWindow, steps: StepBudget): Generator<AviChunk, undefined> {
  for (const chunk of aviChunks(bytes, steps)) if (chunk.name === name) yield chunk;
  return undefined;
}
