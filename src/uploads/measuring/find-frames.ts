import type { AudioContainerName } from '../../domain/audio-container.js';
import { ac3 } from './codecs/ac3.js';
import { adts } from './codecs/adts.js';
import { walkFrames, type FrameCodec } from './codecs/frame-walk.js';
import { latm } from './codecs/latm.js';
import { mpegAudio } from './codecs/mpeg-audio.js';
import type { StepBudget } from './step-budget.js';

/** Frames in a row that are no chance, in what may be anything. */
const MIN_FRAMES = 5;
/** Of the bytes behind the first frame that frames have to fill: a file that merely holds a recording is another kind of file. */
const MIN_SHARE = 0.5;

const codecs: readonly (readonly [AudioContainerName, FrameCodec])[] = [
  ['mp3', mpegAudio],
  ['aac', adts],
  ['ac3', ac3],
  ['latm', latm],
];

/**
 * Finds MPEG audio, AAC (in ADTS or LOAS) or AC-3 that starts in the middle of a frame or after padding, as cut from a stream.
 * @param head the beginning of a file of unknown kind
 * @throws TooManySteps
 */
export function findFrames(head: Buffer, steps: StepBudget): AudioContainerName | undefined {
  const run = { view: (position: number, count: number) => head.subarray(position, position + count) };
  return codecs.find(([, codec]) => {
    let frames = 0;
    let framesBytes = 0;
    let firstAt = 0;
    let position = 0;
    walkFrames(run, steps, codec, (frame, bytes, offset) => {
      position = bytes.byteOffset - head.byteOffset + offset;
      if (frames === 0) firstAt = position;
      frames += 1;
      framesBytes += frame.lengthBytes;
    });
    return frames >= MIN_FRAMES && framesBytes >= MIN_SHARE * (head.length - firstAt);
  })?.[0];
}
