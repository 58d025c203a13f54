import { readFileSync } from 'node:fs';
import { box, moov, trak, uint32s } from '../../../../test/support/mp4.js';
import { ByteWindow } from '../byte-window.js';
import { StepBudget, TooManySteps } from '../step-budget.js';
import { walkMp4 } from './mp4.js';

const fixture = (name: string): Buffer => readFileSync(`test/fixtures/audio/${name}`);

function walk(file: Buffer) {
  const steps = new StepBudget(file.length);
  return walkMp4(new ByteWindow(file, file.length, steps), steps);
}

const FTYP = box('ftyp', 'isom');
/** Where the sound begins in files of the boxes `ftyp` and `mdat`. */
const SOUND_AT = FTYP.length + 8;
const sound = (sizeBytes: number): Buffer => box('mdat', Buffer.alloc(sizeBytes));
/** Ten packets of 20 bytes in two chunks, each 0.064 s of AAC. */
const tenPackets = { stts: [1, 10, 1024], stsc: [1, 1, 5, 1], stsz: [20, 10], stco: [2, SOUND_AT, SOUND_AT + 100] };
const pcm = { format: 'sowt', stts: [1, 16_000, 1], stsc: [1, 1, 16_000, 1], stsz: [1, 16_000], stco: [1, SOUND_AT] };

describe('walkMp4', () => {
  it.each(['voice.m4a', 'voice.mp4', 'voice.mov', 'voice.3gp', 'fragmented.mp4'])(
    'counts the packets of %s',
    (name) => {
      expect(walk(fixture(name))).toMatchObject({ method: 'counted', codec: 'aac' });
      expect(walk(fixture(name))?.seconds).toBeCloseTo(2.2, 1);
    },
  );

  it.each([0.3, 0.6, 0.9])('counts what is there when %d of a file is', (part) => {
    const whole = fixture('voice.mp4');
    const { seconds = 0 } = walk(whole.subarray(0, Math.floor(whole.length * part))) ?? {};
    const headerBytes = whole.indexOf('mdat');
    const expected = (2.2 * (whole.length * part - headerBytes)) / (whole.length - headerBytes);
    expect(seconds).toBeGreaterThan(expected - 0.15);
    expect(seconds).toBeLessThan(expected + 0.15);
  });

  it('knows nothing of a file that is cut off before its tables', () => {
    expect(walk(fixture('voice.m4a').subarray(0, 6000))).toBeUndefined();
  });

  it.each<[string, Buffer, number]>([
    ['tables behind the sound', Buffer.concat([FTYP, sound(200), moov(trak(tenPackets))]), 0.64],
    [
      'sizes of their own, one of them 0',
      Buffer.concat([FTYP, sound(200), moov(trak({ ...tenPackets, stsz: [0, 10, 9, 9, 9, 9, 9, 9, 9, 0, 9, 9] }))]),
      0.576,
    ],
    [
      'less sound than the tables say',
      Buffer.concat([FTYP, sound(200), moov(trak({ ...tenPackets, stco: [2, SOUND_AT, 1_000_000] }))]),
      0.32,
    ],
    [
      'durations that lie',
      Buffer.concat([FTYP, sound(200), moov(trak({ ...tenPackets, stts: [1, 10, 99_999] }))]),
      0.64,
    ],
    [
      'durations that lie, which an edit list counts in',
      Buffer.concat([
        FTYP,
        sound(200),
        moov(trak({ ...tenPackets, stts: [1, 10, 0xffffffff], elst: [1, 640, 0, 0x10000] })),
      ]),
      0.64,
    ],
    [
      'blocks of many samples, and a duration of one that lies',
      Buffer.concat([
        FTYP,
        sound(340),
        moov(trak({ ...pcm, format: 'ima4', stts: [1, 640, 0xffffffff], stsz: [1, 640], stsc: [1, 1, 640, 1] })),
      ]),
      0.04,
    ],
    [
      'an edit list that leaves out 1 s of delay',
      Buffer.concat([FTYP, sound(200), moov(trak({ ...tenPackets, elst: [1, 640, 1024, 0x10000] }))]),
      0.576,
    ],
    [
      'an edit list that leaves two parts',
      Buffer.concat([FTYP, sound(200), moov(trak({ ...tenPackets, elst: [2, 64, 0, 0x10000, 128, 5120, 0x10000] }))]),
      0.192,
    ],
    [
      'an edit list that begins with a pause',
      Buffer.concat([
        FTYP,
        sound(200),
        moov(trak({ ...tenPackets, elst: [2, 5000, 0xffffffff, 0x10000, 640, 0, 0x10000] })),
      ]),
      0.64,
    ],
    [
      'a codec that only times tell of',
      Buffer.concat([FTYP, sound(200), moov(trak({ ...tenPackets, format: 'QDM2' }))]),
      0.64,
    ],
    ['samples that are not compressed', Buffer.concat([FTYP, sound(32_000), moov(trak(pcm))]), 1],
    [
      'sound up to the end',
      Buffer.concat([
        FTYP,
        moov(trak({ ...tenPackets, stco: [1, 500] })),
        uint32s(0),
        Buffer.from('mdat'),
        Buffer.alloc(600),
      ]),
      0.32,
    ],
    [
      'a length of 64 bits',
      Buffer.concat([
        FTYP,
        uint32s(1),
        Buffer.from('mdat'),
        uint32s(0, 216),
        Buffer.alloc(200),
        moov(trak({ ...tenPackets, stco: [1, SOUND_AT + 8] })),
      ]),
      0.32,
    ],
    [
      'a picture first',
      Buffer.concat([
        FTYP,
        sound(200),
        moov(trak({ ...tenPackets, handler: 'vide', stts: [1, 10, 9_000] }), trak({ ...tenPackets, id: 2 })),
      ]),
      0.64,
    ],
    [
      'a track without sound first',
      Buffer.concat([FTYP, sound(200), moov(trak({}), trak({ ...tenPackets, id: 2 }))]),
      0.64,
    ],
    [
      'another file behind it',
      Buffer.concat([FTYP, sound(200), moov(trak(tenPackets)), FTYP, sound(200), moov(trak(tenPackets))]),
      0.64,
    ],
  ])('measures a file of %s', (_, file, seconds) => {
    expect(walk(file)?.seconds ?? 0).toBeCloseTo(seconds, 5);
  });

  it('adds samples of tables and of fragments', () => {
    const defaults = box('mvex', box('trex', uint32s(0, 1, 1, 1024, 20, 0)));
    const fragment = (...runs: readonly Buffer[]) =>
      box('moof', box('traf', box('tfhd', uint32s(0x020000, 1)), ...runs));
    const data = (it: Buffer) => it.length + 8;
    // Three packets by the defaults, then two of sizes of their own, of which the second is cut off.
    const offset = data(fragment(box('trun', uint32s(1, 3, 0)), box('trun', uint32s(0x200, 2, 30, 40))));
    const moof = fragment(box('trun', uint32s(1, 3, offset)), box('trun', uint32s(0x200, 2, 30, 40)));
    const file = Buffer.concat([FTYP, sound(200), moov(trak(tenPackets), defaults), moof, sound(60 + 30 + 39)]);
    expect(walk(file)?.seconds).toBeCloseTo(14 * 0.064, 5);
  });

  it.each<[string, Buffer, number | undefined]>([
    ['boxes without sound', Buffer.concat([FTYP, box('moov', 'x'.repeat(50))]), 0],
    ['an empty box of sound', Buffer.concat([FTYP, sound(0), moov(trak(tenPackets))]), 0],
    ['only pictures', Buffer.concat([FTYP, sound(200), moov(trak({ ...tenPackets, handler: 'vide' }))]), 0],
    ['sound without tables', Buffer.concat([FTYP, box('moov'), sound(5)]), undefined],
    ['sound up to the end without tables', Buffer.concat([FTYP, Buffer.from('\0\0\0\0mdat12')]), undefined],
    [
      'samples upon each other',
      Buffer.concat([
        FTYP,
        sound(200),
        moov(
          trak({
            ...tenPackets,
            stsz: [20, 1000],
            stsc: [1, 1, 10, 1],
            stco: [20, ...Array<number>(20).fill(SOUND_AT)],
          }),
        ),
      ]),
      undefined,
    ],
  ])('tells sound from nothing in %s', (_, file, seconds) => {
    expect(walk(file)?.seconds).toBe(seconds);
  });

  it.each<[string, Buffer]>([
    [
      'samples of one byte',
      trak({ ...pcm, stts: [1, 0xffffffff, 1], stsz: [1, 0xffffffff], stsc: [1, 1, 0xffffffff, 1] }),
    ],
    [
      'packets of one byte',
      trak({ ...tenPackets, stts: [1, 0xffffffff, 1], stsz: [1, 0xffffffff], stsc: [1, 1, 0xffffffff, 1] }),
    ],
    [
      'entries that are not there',
      trak({ ...tenPackets, stts: [0xffffffff, 1, 1024], stsz: [0, 0xffffffff, 20], stco: [0xffffffff, SOUND_AT] }),
    ],
  ])('is soon done with a table of 2^32 %s', (_, track) => {
    const file = Buffer.concat([FTYP, sound(2000), moov(track)]);
    expect(walk(file)?.seconds ?? 0).toBeLessThan(file.length);
  });

  it('takes a step for every box', () => {
    const file = Buffer.concat([FTYP, Buffer.alloc(8 * 1000, box('free'))]);
    const steps = new StepBudget(0);
    steps.take(2_000_000 - 1000);
    expect(() => walkMp4(new ByteWindow(file, file.length, steps), steps)).toThrow(TooManySteps);
  });
});
