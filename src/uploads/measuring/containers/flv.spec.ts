import { readFileSync } from 'node:fs';
import { measureAudio, type Measure } from '../measure-audio.js';

const mp3 = readFileSync('test/fixtures/audio/vbr-bare.mp3');
const header = Buffer.from('464c5601050000000900000000', 'hex');

function measure(...parts: Buffer[]): Measure {
  const file = Buffer.concat([header, ...parts]);
  return measureAudio(file, file.length, 'flv');
}
const seconds = (measured: Measure): number | undefined =>
  measured.kind === 'measured' ? measured.seconds : undefined;

function tag(kind: number, contents: Buffer): Buffer {
  const head = Buffer.alloc(11);
  head.writeUInt8(kind);
  head.writeUIntBE(contents.length, 1, 3);
  return Buffer.concat([head, contents, Buffer.alloc(4)]);
}
const sound = (hex: string, contents = Buffer.alloc(0)): Buffer =>
  tag(8, Buffer.concat([Buffer.from(hex, 'hex'), contents]));
const picture = tag(9, Buffer.alloc(500, 8));
const times = (count: number, ...tags: Buffer[]): Buffer =>
  Buffer.concat(Array.from({ length: count }, () => tags).flat());

describe('FLV', () => {
  it.each<[string, string, number, number]>([
    ['PCM', '3e', 4410, 0.05],
    ['Nellymoser at 16 kHz', '42', 128, 0.032],
    ['Nellymoser at 8 kHz', '52', 128, 0.064],
    ['A-law', '72', 800, 0.1],
    ['mu-law', '82', 800, 0.1],
    ['Speex', 'b2', 42, 0.02],
  ])('counts %s', (_codec, flags, sizeBytes, each) => {
    expect(seconds(measure(times(20, sound(flags, Buffer.alloc(sizeBytes)), picture)))).toBeCloseTo(20 * each, 6);
  });

  it('counts ADPCM by the length of its codes', () => {
    // Two bits, and a block of 22 bits and 4,095 codes of four.
    expect(seconds(measure(times(10, sound('1a', Buffer.alloc(2051, 0x80)))))).toBeCloseTo(40_960 / 22_050, 6);
  });

  it('counts packets of AAC, by the configuration before them', () => {
    const packets = times(50, sound('af01', Buffer.alloc(90)), picture);
    expect(seconds(measure(sound('af001408'), packets))).toBeCloseTo((50 * 1024) / 16_000, 6);
    expect(measure(packets).kind).toBe('unknown');
    const cut = Buffer.concat([sound('af001408'), packets]).subarray(0, -600);
    expect(seconds(measure(cut))).toBeCloseTo((49 * 1024) / 16_000, 6);
  });

  it('counts frames of MP3 across tags, and does not go on in a file that is joined', () => {
    const whole = seconds(measureAudio(mp3, mp3.length, 'mp3')) ?? 0;
    const tags = Array.from({ length: Math.ceil(mp3.length / 500) }, (_, at) =>
      Buffer.concat([sound('22', mp3.subarray(at * 500, (at + 1) * 500)), picture]),
    );
    expect(seconds(measure(...tags))).toBeCloseTo(whole, 6);
    expect(seconds(measure(...tags, header, ...tags))).toBeCloseTo(whole, 6);
  });

  it('counts packets of enhanced FLV', () => {
    const opus = times(50, sound('914f707573', Buffer.from([0x08, 1, 2, 3])));
    expect(seconds(measure(sound('904f707573', Buffer.from('OpusHead')), opus))).toBeCloseTo(1, 6);
    expect(measure(times(9, sound('917768617400'))).kind).toBe('unknown');
  });

  it('goes by the tags that are there', () => {
    const file = times(20, sound('72', Buffer.alloc(800)));
    expect(seconds(measure(file.subarray(0, -404)))).toBeCloseTo(1.95, 6);
    expect(seconds(measure(file, Buffer.alloc(5_000)))).toBeCloseTo(2, 6);
    expect(measure(picture, picture)).toEqual({ kind: 'empty' });
  });
});
