import { measureAudio } from '../measure-audio.js';

/** In the flags of a block: the code of 44.1 kHz, of a rate that is told in a part, and the first and the last of the channels. */
const [AT_44100, AT_TOLD_RATE, FIRST, LAST] = [9 << 23, 15 << 23, 0x800, 0x1000] as const;

function block(samples: number, flags: number, parts = Buffer.alloc(4_000)): Buffer {
  const header = Buffer.alloc(32);
  header.write('wvpk', 'latin1');
  header.writeUInt32LE(24 + parts.length, 4);
  header.writeUInt16LE(0x410, 8);
  header.writeUInt32LE(0x7fffffff, 12);
  header.writeUInt32LE(samples, 20);
  header.writeUInt32LE(flags, 24);
  return Buffer.concat([header, parts]);
}

function seconds(...parts: Buffer[]): number | undefined {
  const file = Buffer.concat(parts);
  const measured = measureAudio(file, file.length, 'wv');
  return measured.kind === 'measured' ? measured.seconds : undefined;
}

const stereo = block(22_050, AT_44100 | FIRST | LAST);

describe('WavPack', () => {
  it.each<[string, number, Buffer[]]>([
    ['the blocks, and not the total', 1, [stereo, stereo]],
    ['further channels as no time', 0.5, [block(22_050, AT_44100 | FIRST), block(22_050, AT_44100 | LAST)]],
    ['blocks that are whole', 0.5, [stereo, stereo.subarray(0, 3_000)]],
    ['up to what is no block', 0.5, [stereo, Buffer.from('APETAGEX'.padEnd(64)), stereo]],
    ['a rate that a part tells', 1, [block(12_345, AT_TOLD_RATE | FIRST | LAST, Buffer.from('670239300000', 'hex'))]],
    ['nothing of a block of more than it can have', 0.5, [stereo, block(0xffffffff, AT_44100 | FIRST | LAST)]],
  ])('counts %s', (_, expected, parts) => {
    expect(seconds(...parts)).toBeCloseTo(expected, 3);
  });
});
