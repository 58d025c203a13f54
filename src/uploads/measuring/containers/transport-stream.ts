import type { ByteRun } from '../byte-run.js';
import type { ByteWindow } from '../byte-window.js';
import { ac3 } from '../codecs/ac3.js';
import { adts } from '../codecs/adts.js';
import { countAnyFrames } from '../codecs/any-frames.js';
import { dts } from '../codecs/dts.js';
import { countFrames } from '../codecs/frame-walk.js';
import { countLatm } from '../codecs/latm.js';
import { countMpegAudio } from '../codecs/mpeg-audio.js';
import { opusFrames } from '../codecs/opus-frames.js';
import { GatheredRun, type Stretch } from '../gathered-run.js';
import type { StepBudget } from '../step-budget.js';
import { noSound, type Walk, type Walked } from '../walk.js';
import { transportPackets } from './transport-packets.js';
import { transportStreams, type TransportStream } from './transport-tables.js';

const PES_HEADER_BYTES = 9;
/** Streams that are tried one after the other, where the first has nothing to be counted. */
const MAX_TRIES = 4;

/**
 * MPEG-TS, of broadcasts, cameras and Blu-ray discs: the frames of the first stream of sound. A piece that has no tables is taken by
 * what its streams say of themselves.
 */
export const walkTransportStream: Walk = (bytes, steps) => {
  const known = transportStreams(bytes, steps);
  if (known?.length === 0) return noSound;
  for (const stream of (known ?? streamsBySight(bytes, steps)).slice(0, MAX_TRIES)) {
    const walked = countStream(stream, bytes, steps);
    if (walked) return walked;
  }
  return undefined;
};

function countStream({ pid, codec }: TransportStream, bytes: ByteWindow, steps: StepBudget): Walked | undefined {
  const run = (): ByteRun => new GatheredRun(bytes, payloadOf(pid, bytes, steps));
  switch (codec) {
    case 'mpeg':
      return countMpegAudio(run(), steps);
    case 'adts':
      return countFrames(run(), steps, adts);
    case 'ac3':
      return countFrames(run(), steps, ac3);
    case 'dts':
      return countFrames(run(), steps, dts);
    case 'latm':
      return countLatm(run(), steps);
    case 'opus':
      return countFrames(run(), steps, opusFrames);
    case 'any':
      return countAnyFrames(run, steps);
    case undefined:
      return undefined;
  }
}

/** What the packets of one stream hold, without their headers; it begins where one of them does. */
function* payloadOf(pid: number, bytes: ByteWindow, steps: StepBudget): Generator<Stretch, undefined> {
  /** What is left of a header that goes on in the next packet; undefined before the first one. */
  let headerBytes: number | undefined;
  for (const packet of transportPackets(bytes, steps)) {
    if (packet.pid !== pid) continue;
    const { isStart, at, payload } = packet;
    if (isStart) headerBytes = isPes(payload) ? PES_HEADER_BYTES + (payload[8] ?? 0) : undefined;
    if (headerBytes === undefined) continue;
    const skipped = Math.min(headerBytes, payload.length);
    headerBytes -= skipped;
    if (skipped < payload.length) yield { from: at + skipped, to: at + payload.length };
  }
  return undefined;
}

function isPes(payload: Buffer): boolean {
  return payload.length >= PES_HEADER_BYTES && payload.readUIntBE(0, 3) === 1;
}

/** Streams whose packets have the number of sound, or are private, which AC-3 is. */
function streamsBySight(bytes: ByteWindow, steps: StepBudget): TransportStream[] {
  const pids = new Set<number>();
  for (const { pid, isStart, payload } of transportPackets(bytes, steps)) {
    if (!isStart || !isPes(payload)) continue;
    const id = payload.readUInt8(3);
    if ((id & 0xe0) === 0xc0 || id === 0xbd || id === 0xfd) pids.add(pid);
    if (pids.size === MAX_TRIES) break;
  }
  return [...pids].map((pid) => ({ pid, codec: 'any' }));
}
