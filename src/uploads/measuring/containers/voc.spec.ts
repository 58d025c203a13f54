import { measureAudio, type Measure } from '../measure-audio.js';

const hex = (digits: string): Buffer => Buffer.from(digits.replaceAll(' ', ''), 'hex');
const HEAD = Buffer.concat([Buffer.from('Creative Voice File\x1a', 'latin1'), hex('1a00 0a01 2911')]);

function block(type: number, attributes: string, soundBytes = 0): Buffer {
  const contents = Buffer.concat([hex(attributes), Buffer.alloc(soundBytes, 0x80)]);
  const head = Buffer.from([type, 0, 0, 0]);
  head.writeUIntLE(contents.length, 1, 3);
  return Buffer.concat([head, contents]);
}
function measure(...blocks: Buffer[]): Measure {
  const file = Buffer.concat([HEAD, ...blocks]);
  return measureAudio(file, file.length, 'voc');
}
const secondsOf = (...blocks: Buffer[]): number | undefined => {
  const measured = measure(...blocks);
  return measured.kind === 'measured' ? measured.seconds : undefined;
};
/** Attributes of a block of sound at 8 kHz (a million through 125), and of samples of 8 bits. */
const PLAIN = '8300';
const END = hex('00');

describe('VOC', () => {
  it.each<[string, string, number]>([
    ['8 bits', '8300', 1],
    ['ADPCM of 4 bits', '8301', 2],
    ['ADPCM of 2.6 bits', '8302', 3],
    ['ADPCM of 2 bits', '8303', 4],
  ])('counts samples of %s', (_, attributes, samplesPerByte) => {
    expect(secondsOf(block(1, attributes, 4_000), END)).toBeCloseTo((4_000 * samplesPerByte) / 8_000, 6);
  });

  it.each<[string, string, number]>([
    ['8 bits', '401f0000 08 01 0000 00000000', 8_000],
    ['16 bits of two channels', '44ac0000 10 02 0400 00000000', 4 * 44_100],
    ['A-law', '401f0000 08 01 0600 00000000', 8_000],
    ['mu-law', '401f0000 08 01 0700 00000000', 8_000],
    ['ADPCM', '401f0000 04 01 0002 00000000', 4_000],
  ])('counts samples of %s in blocks of the newer kind', (_, attributes, bytesPerSecond) => {
    expect(secondsOf(block(9, attributes, 40_000), END)).toBeCloseTo(40_000 / bytesPerSecond, 6);
  });

  it('takes rate and channels from a block in front', () => {
    // 65536 - 256,000,000 / 2 / 10,000.
    const extended = block(8, '00ce 00 01');
    expect(secondsOf(extended, block(1, PLAIN, 40_000), block(1, PLAIN, 8_000), END)).toBeCloseTo(2 + 1, 6);
  });

  it('knows how long a block of rate and channels is', () => {
    const extended = block(8, '00ce 00 01');
    extended.writeUIntLE(0xffffff, 1, 3);
    expect(secondsOf(extended, block(1, PLAIN, 40_000), END)).toBeCloseTo(2, 6);
  });

  it('adds up blocks, what goes on in others, and silence', () => {
    const silence = block(3, '3f1f 83');
    const note = block(5, '68656c6c6f00');
    expect(
      secondsOf(block(1, PLAIN, 8_000), block(2, '', 4_000), silence, note, block(1, PLAIN, 800), END),
    ).toBeCloseTo(1 + 0.5 + 1 + 0.1, 6);
  });

  it('goes through a loop once', () => {
    expect(secondsOf(block(6, 'ffff'), block(1, PLAIN, 8_000), block(7, ''), END)).toBeCloseTo(1, 6);
  });

  it('goes on to the end where a length was never filled in or is too long, and not behind the end', () => {
    const open = block(1, PLAIN, 8_000);
    open.writeUIntLE(0, 1, 3);
    expect(secondsOf(open)).toBeCloseTo(1, 6);
    expect(secondsOf(block(1, PLAIN, 8_000).subarray(0, 4_006))).toBeCloseTo(0.5, 6);
    expect(secondsOf(block(1, PLAIN, 8_000), END, block(1, PLAIN, 8_000))).toBeCloseTo(1, 6);
  });

  it('tells what has no sound from what nobody knows', () => {
    expect(measure(END)).toEqual({ kind: 'empty' });
    expect(measure(block(1, PLAIN), END)).toEqual({ kind: 'empty' });
    expect(measure(block(1, '8363', 900), END).kind).toBe('unknown');
    expect(measure(block(5, '', 900).subarray(0, 500)).kind).toBe('unknown');
    expect(measure(block(2, '', 900), END).kind).toBe('unknown');
    expect(measure(block(9, '00000000 08 00 0000 00000000', 900), END).kind).toBe('unknown');
  });
});
