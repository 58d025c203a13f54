import { EndOfBytes, type ByteWindow } from '../byte-window.js';
import { MAX_WAVE_FORMAT_BYTES, readWaveFormat } from '../codecs/wave-format.js';
import { wmaPackets, type WmaPackets, wmaSound } from '../codecs/wma-packets.js';
import type { StepBudget } from '../step-budget.js';
import type { Walk, Walked } from '../walk.js';
import { visitPayloads, type AsfPayload } from './asf-packets.js';

/** GUIDs as they stand in a file (Advanced Systems Format Specification, 10). */
const HEADER = '3026b2758e66cf11a6d900aa0062ce6c';
const FILE_PROPERTIES = 'a1dcab8c47a9cf118ee400c00c205365';
const STREAM_PROPERTIES = '9107dcb7b7a9cf118ee600c00c205365';
const DATA = '3626b2758e66cf11a6d900aa0062ce6c';
const AUDIO = '409e69f84d5bcf11a8fd00805f5c442b';

/** Of a GUID and a length. */
const OBJECT_BYTES = 24;
/** Of the header object, before those in it, and of the data object, before its packets. */
const [HEADER_BYTES, DATA_HEADER_BYTES] = [30, 50] as const;
/** Objects that are read at most; files have a dozen. */
const MAX_OBJECTS = 256;
/** How far the header's duration may be from the times of the packets to be believed, in packets of the codec. */
const MAX_DIFFERENCE = 1.5;
/** Where nothing tells how long the last packet of the codec plays. */
const MAX_LAST_SECONDS = 0.5;
/** No packet of a codec is as long: what is further from the one before is damage, or nothing was recorded in between. */
const MAX_STEP_MS = 5_000;
/** The price of a payload. */
const STEPS_PER_PAYLOAD = 4;

interface Header {
  readonly packetBytes: number;
  /** As the file says, without what is played ahead. */
  readonly declaredSeconds: number;
  /** The sound that is played: the first one. */
  readonly audio: { readonly stream: number; readonly format: Buffer } | undefined;
  readonly packetsAt: number;
}

/**
 * ASF, of which WMA and WMV files are made: frames of Windows Media Audio 1 and 2 and samples are counted, of other codecs the times
 * of their packets tell, and the header's duration only where it agrees with them.
 */
export const walkAsf: Walk = (bytes, steps) => {
  const header = readHeader(bytes);
  if (!header) return undefined;
  const { audio, packetBytes, packetsAt } = header;
  // It may be described where nobody has looked.
  if (!audio) return undefined;
  const sound = readWaveFormat(audio.format);
  const wma = wmaPackets(audio.format);
  const tally = new Tally(bytes, wma);
  visitStream(bytes, steps, { from: packetsAt, packetBytes, stream: audio.stream }, tally);
  if (wma) return wmaSound(tally.frames, wma.frameSeconds);
  if (sound && 'secondsPerByte' in sound) {
    return { seconds: tally.soundBytes * sound.secondsPerByte, method: 'counted', codec: sound.codec };
  }
  return timed(tally, header.declaredSeconds);
};

function visitStream(
  bytes: ByteWindow,
  steps: StepBudget,
  data: { from: number; packetBytes: number; stream: number },
  tally: Tally,
): void {
  const { packetBytes, stream } = data;
  try {
    for (let at = data.from; at < bytes.sizeBytes; at += packetBytes) {
      visitPayloads(bytes, at, packetBytes, (payload) => {
        steps.take(STEPS_PER_PAYLOAD);
        if (payload.stream === stream && bytes.has(payload.at, payload.lengthBytes)) tally.add(payload);
      });
    }
  } catch (error) {
    // The last packet was cut off.
    if (!(error instanceof EndOfBytes)) throw error;
  }
}

/** What the payloads of the sound add up to. */
class Tally {
  soundBytes = 0;
  frames = 0;
  objects = 0;
  betweenMs = 0;
  private lastMs: number | undefined;
  private object: number | undefined;
  private hasPacket = false;

  constructor(
    private readonly bytes: ByteWindow,
    private readonly wma: WmaPackets | undefined,
  ) {}

  add({ object, offset, timeMs, at, lengthBytes }: AsfPayload): void {
    this.soundBytes += lengthBytes;
    if (object !== this.object || offset === 0) this.objects += 1;
    this.object = object;
    const stepMs = timeMs - (this.lastMs ?? timeMs);
    if (Math.abs(stepMs) <= MAX_STEP_MS) this.betweenMs += stepMs;
    this.lastMs = timeMs;
    if (!this.wma) return;
    const { packetBytes } = this.wma;
    // A media object is one packet, or several of the same size; only whole ones are played.
    for (let end = packetBytes - (offset % packetBytes || packetBytes); end < lengthBytes; end += packetBytes) {
      this.frames += this.wma.framesIn(this.bytes.byte(at + end), this.hasPacket);
      this.hasPacket = true;
    }
  }
}

function timed({ objects, betweenMs }: Tally, declaredSeconds: number): Walked {
  if (objects === 0) return { seconds: 0, method: 'timed' };
  const betweenSeconds = Math.max(0, betweenMs) / 1000;
  const eachSeconds = objects > 1 ? betweenSeconds / (objects - 1) : 0;
  const seconds = betweenSeconds + Math.min(eachSeconds, MAX_LAST_SECONDS);
  const isCredible = Math.abs(declaredSeconds - seconds) <= MAX_DIFFERENCE * eachSeconds;
  return { seconds: isCredible ? declaredSeconds : seconds, method: 'timed' };
}

function readHeader(bytes: ByteWindow): Header | undefined {
  if (guidAt(bytes, 0) !== HEADER) return undefined;
  const end = bytes.uint64LE(16);
  let packetBytes = 0;
  let declaredSeconds = 0;
  let audio: Header['audio'];
  let position: number = HEADER_BYTES;
  for (let count = 0; count < MAX_OBJECTS && position < end && bytes.has(position, OBJECT_BYTES); count += 1) {
    const guid = guidAt(bytes, position);
    if (guid === FILE_PROPERTIES && bytes.has(position, 104)) {
      declaredSeconds = bytes.uint64LE(position + 64) / 1e7 - bytes.uint64LE(position + 80) / 1e3;
      packetBytes = bytes.uintLE(position + 96, 4);
    }
    if (guid === STREAM_PROPERTIES) audio ??= readAudio(bytes, position);
    position += Math.max(OBJECT_BYTES, bytes.uint64LE(position + 16));
  }
  position = end;
  for (let count = 0; count < MAX_OBJECTS && bytes.has(position, DATA_HEADER_BYTES); count += 1) {
    if (guidAt(bytes, position) === DATA) {
      return packetBytes > 0
        ? { packetBytes, declaredSeconds, audio, packetsAt: position + DATA_HEADER_BYTES }
        : undefined;
    }
    position += Math.max(OBJECT_BYTES, bytes.uint64LE(position + 16));
  }
  return undefined;
}

function readAudio(bytes: ByteWindow, at: number): Header['audio'] {
  if (!bytes.has(at, 78) || guidAt(bytes, at + OBJECT_BYTES) !== AUDIO) return undefined;
  const formatBytes = Math.min(bytes.uintLE(at + 64, 4), MAX_WAVE_FORMAT_BYTES);
  const stream = bytes.uintLE(at + 72, 2) & 0x7f;
  return { stream, format: Buffer.from(bytes.view(at + 78, formatBytes)) };
}

function guidAt(bytes: ByteWindow, at: number): string {
  return bytes.has(at, 16) ? bytes.view(at, 16).toString('hex') : '';
}
