import { readFileSync } from 'node:fs';
import { oggPage, opusHeaders, opusPacket, type OggPageMade } from '../../../../test/support/ogg.js';
import { ByteWindow } from '../byte-window.js';
import { StepBudget, TooManySteps } from '../step-budget.js';
import { walkOgg } from './ogg.js';

const fixture = (name: string): Buffer => readFileSync(`test/fixtures/audio/${name}`);

function walk(file: Buffer) {
  const steps = new StepBudget(file.length);
  return walkOgg(new ByteWindow(file, file.length, steps), steps);
}

/** 50 packets, which are a second. */
const second = (made: Partial<OggPageMade> = {}): Buffer =>
  oggPage({ packets: Array.from({ length: 50 }, () => opusPacket()), ...made });
const HOUR = 3600 * 48_000;

describe('walkOgg', () => {
  it.each([
    ['opus.ogg', 'opus'],
    ['vorbis.ogg', 'vorbis'],
  ])('counts the packets of %s', (name, codec) => {
    expect(walk(fixture(name))).toMatchObject({ method: 'counted', codec });
    expect(walk(fixture(name))?.seconds).toBeCloseTo(2.2, 1);
  });

  it.each(['opus.ogg', 'vorbis.ogg'])('adds what is joined: %s twice', (name) => {
    const one = walk(fixture(name))?.seconds ?? 0;
    expect(walk(Buffer.concat([fixture(name), fixture(name)]))?.seconds).toBeCloseTo(2 * one, 5);
  });

  it.each<[string, readonly Buffer[], number]>([
    [
      'granules from an hour on',
      [opusHeaders(), second({ granule: HOUR }), second({ granule: HOUR + 48_000, flags: 4 })],
      2,
    ],
    [
      'granules of whatever',
      [opusHeaders(), second({ granule: 7 }), second({ granule: HOUR }), second({ granule: 9 })],
      3,
    ],
    ['a last granule far ahead', [opusHeaders(), second({ granule: 48_000 }), second({ granule: HOUR, flags: 4 })], 2],
    [
      'a last granule that trims',
      [opusHeaders(), second({ granule: 48_000 }), second({ granule: 50_400, flags: 4 })],
      1.05,
    ],
    [
      'a last granule before its page',
      [opusHeaders(), second({ granule: 48_000 }), second({ granule: 5, flags: 4 })],
      1,
    ],
    ['samples to leave out in front', [opusHeaders(1, 4800), second(), second()], 1.9],
    ['a page that is cut off', [opusHeaders(), second(), second().subarray(0, 900)], 1],
    ['a page that was damaged', [opusHeaders(), second(), second().fill(0x55, 300, 310), second()], 2],
    [
      'junk in front of it and between',
      [Buffer.from('junkOggS'), opusHeaders(), second(), Buffer.alloc(70_000, 'Ogg'), second()],
      2,
    ],
    [
      'streams beside each other',
      [
        opusHeaders(1).subarray(0, 47),
        opusHeaders(2),
        opusHeaders(1).subarray(47),
        second(),
        second({ serial: 2 }),
        second(),
      ],
      2,
    ],
    [
      'a stream of anything else beside it',
      [
        oggPage({ flags: 2, serial: 2, packets: [Buffer.from('\x80theora')] }),
        opusHeaders(),
        second(),
        second({ serial: 2 }),
      ],
      1,
    ],
    [
      'links of a chain',
      [opusHeaders(1), second(), second({ granule: 48_000, flags: 4 }), opusHeaders(2), second({ serial: 2 })],
      3,
    ],
    ['a link of another codec', [opusHeaders(), second(), fixture('vorbis.ogg'), opusHeaders(), second()], 1],
  ])('measures a file with %s', (_, pages, seconds) => {
    expect(walk(Buffer.concat(pages))?.seconds).toBeCloseTo(seconds, 5);
  });

  it('puts packets together from pages, and leaves out one whose beginning is not there', () => {
    const long = opusPacket(300);
    const begun = oggPage({ granule: -1, packets: [long.subarray(0, 255)], isOpen: true });
    const rest = oggPage({ flags: 1, packets: [long.subarray(255), opusPacket()] });
    expect(walk(Buffer.concat([opusHeaders(), begun, rest]))?.seconds).toBeCloseTo(0.04, 5);
    expect(walk(Buffer.concat([opusHeaders(), rest]))?.seconds).toBeCloseTo(0.02, 5);
  });

  it.each<[string, Buffer]>([
    ['nothing', Buffer.alloc(0)],
    ['something else', Buffer.from('RIFF....WAVEfmt')],
    ['pictures only', oggPage({ flags: 2, packets: [Buffer.from('\x80theora')] })],
    ['pages without the first', Buffer.concat([second(), second()])],
  ])('knows nothing of %s', (_, file) => {
    expect(walk(file)).toBeUndefined();
  });

  it('finds no sound where there are only headers', () => {
    expect(walk(opusHeaders())?.seconds).toBe(0);
  });

  it('takes a step for every packet, of nothing, too', () => {
    const file = Buffer.concat([opusHeaders(), oggPage({ packets: Array<Buffer>(255).fill(Buffer.alloc(0)) })]);
    const steps = new StepBudget(0);
    steps.take(2_000_000 - 255);
    expect(() => walkOgg(new ByteWindow(file, file.length, steps), steps)).toThrow(TooManySteps);
  });

  it('has its limit with pages within pages', () => {
    const header = Buffer.from(`OggS${'\0'.repeat(22)}\xff${'\xff'.repeat(3)}`, 'latin1');
    expect(() => walk(Buffer.alloc(1_000_000, header))).toThrow(TooManySteps);
  });
});
