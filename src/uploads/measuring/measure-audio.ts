import { isCredibleDuration } from '../../domain/credible-duration.js';
import type { AudioContainerName } from '../../domain/audio-container.js';
import type { DurationMethod } from '../../domain/duration-method.js';
import { ByteWindow, EndOfBytes, type BytesPlace } from './byte-window.js';
import { walkAiff } from './containers/aiff.js';
import { walkAmr } from './containers/amr.js';
import { walkAsf } from './containers/asf.js';
import { walkAu } from './containers/au.js';
import { walkAvi } from './containers/avi.js';
import { walkBareFrames } from './containers/bare-frames.js';
import { walkDsf } from './containers/dsf.js';
import { walkFlac } from './containers/flac.js';
import { walkCaf } from './containers/caf.js';
import { walkFlv } from './containers/flv.js';
import { walk8svx } from './containers/iff-8svx.js';
import { walkLatm } from './containers/latm.js';
import { walkMatroska } from './containers/matroska.js';
import { walkMp4 } from './containers/mp4.js';
import { walkOgg } from './containers/ogg.js';
import { walkProgramStream } from './containers/program-stream.js';
import { walkTta } from './containers/tta.js';
import { walkTransportStream } from './containers/transport-stream.js';
import { walkVoc } from './containers/voc.js';
import { walkWav } from './containers/wav.js';
import { walkWavpack } from './containers/wavpack.js';
import { StepBudget, TooManySteps } from './step-budget.js';
import { noSound, type Walk, type Walked } from './walk.js';

/** How each container is walked through; of one that is not here the duration is unknown. */
const walks: Partial<Readonly<Record<AudioContainerName, Walk>>> = {
  mp3: walkBareFrames,
  aac: walkBareFrames,
  latm: walkLatm,
  asf: walkAsf,
  wv: walkWavpack,
  tta: walkTta,
  dsf: walkDsf,
  '8svx': walk8svx,
  voc: walkVoc,
  webm: walkMatroska,
  mkv: walkMatroska,
  ogg: walkOgg,
  ac3: walkBareFrames,
  eac3: walkBareFrames,
  wav: walkWav,
  flac: walkFlac,
  aiff: walkAiff,
  au: walkAu,
  amr: walkAmr,
  caf: walkCaf,
  avi: walkAvi,
  flv: walkFlv,
  ts: walkTransportStream,
  mpeg: walkProgramStream,
  m4a: walkMp4,
  mp4: walkMp4,
  mov: walkMp4,
  '3gp': walkMp4,
};

/**
 * The least bits of a second that is believed: what is counted cannot lie, and FLAC or ALAC of digital silence at 8 kHz comes near
 * it; what a container's times say has to be as much as any codec makes of silence.
 */
const MIN_BITS_PER_SECOND: Readonly<Record<DurationMethod, number>> = { counted: 100, timed: 400 };

/** How long a recording plays, as far as its bytes tell. */
export type Measure =
  /** Above zero, at most 48 hours, possible for its bytes, and in whole microseconds. */
  | { readonly kind: 'measured'; readonly seconds: number; readonly method: DurationMethod }
  /** There is certainly no sound in it, not even silence. */
  | { readonly kind: 'empty' }
  /** The warning says why. */
  | { readonly kind: 'unknown'; readonly warning: string };

/**
 * Measures by what the bytes hold. Synchronous, and as long as its {@link StepBudget} allows: for a thread of its own. Never throws
 * for what a file holds.
 * @param place the bytes, or the descriptor of the open file that holds them
 * @param steps where a file is to have fewer than its size deserves
 */
export function measureAudio(
  place: BytesPlace,
  sizeBytes: number,
  container: AudioContainerName,
  steps = new StepBudget(sizeBytes),
): Measure {
  const walk = walks[container];
  if (!walk) return unknownDuration('what is in its container cannot be measured');
  try {
    return judge(walk(new ByteWindow(place, sizeBytes, steps), steps), sizeBytes);
  } catch (error) {
    if (error instanceof TooManySteps) return unknownDuration('it has more parts than a recording of its size');
    if (error instanceof EndOfBytes) return unknownDuration('it is cut off before its sound');
    throw error;
  }
}

function judge(walked: Walked | undefined, sizeBytes: number): Measure {
  if (!walked) return unknownDuration('nothing in it tells how long it plays');
  const { seconds, method } = walked;
  if (walked === noSound) return { kind: 'empty' };
  if (seconds === 0) return unknownDuration('no part of its sound can be counted');
  if (!isCredibleDuration(seconds, { sizeBytes, minBitsPerSecond: MIN_BITS_PER_SECOND[method] })) {
    return unknownDuration(`its ${sizeBytes} bytes cannot play for ${seconds} seconds`);
  }
  return { kind: 'measured', seconds: Math.max(Math.round(seconds * 1e6), 1) / 1e6, method };
}

/** @param why in words that go on after a colon */
export function unknownDuration(why: string): Measure {
  return { kind: 'unknown', warning: `the recording's duration counts as unknown: ${why}` };
}
