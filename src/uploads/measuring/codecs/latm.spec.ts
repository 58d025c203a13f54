import { findFrames } from '../find-frames.js';
import { measureAudio } from '../measure-audio.js';
import { StepBudget } from '../step-budget.js';

/** A frame of 103 bytes. */
function frame(head: string): Buffer {
  const bytes = Buffer.alloc(103);
  bytes.write(`56e064${head}`, 'hex');
  return bytes;
}

/** StreamMuxConfig of AAC-LC at 44.1 kHz with two channels, and a frame that goes by it. */
const configured = frame('2000121000');
const plain = frame('ffff');

function seconds(...parts: Buffer[]): number | undefined {
  const file = Buffer.concat(parts);
  const measured = measureAudio(file, file.length, 'latm');
  return measured.kind === 'measured' ? measured.seconds : undefined;
}

describe('LATM', () => {
  it.each<[string, number, Buffer[]]>([
    ['a file', 4, [configured, plain, plain, plain]],
    ['two of them', 8, [configured, plain, plain, plain, configured, plain, plain, plain]],
    ['what begins inside a frame', 3, [plain.subarray(50), plain, configured, plain]],
    ['what is cut off', 3, [configured, plain, plain, plain.subarray(0, 50)]],
    ['frames behind damage', 7, [configured, plain, plain, Buffer.alloc(300, 0x56), plain, plain, plain, plain]],
  ])('counts the frames of %s', (_, frames, parts) => {
    expect(seconds(...parts)).toBeCloseTo((frames * 1024) / 44_100, 6);
  });

  it('does not guess how long frames play', () => {
    expect(seconds(plain, plain, plain, plain)).toBeUndefined();
  });

  it('is found in the middle of a stream', () => {
    const head = Buffer.concat([plain.subarray(50), plain, plain, configured, plain, plain]);
    expect(findFrames(head, new StepBudget(head.length))).toBe('latm');
  });
});
