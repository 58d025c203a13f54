import { readFileSync } from 'node:fs';
import { block, cluster, element, matroska, numberElement, tracks } from '../../../../test/support/matroska.js';
import { opusPacket } from '../../../../test/support/ogg.js';
import { ByteWindow } from '../byte-window.js';
import { StepBudget, TooManySteps } from '../step-budget.js';
import { walkMatroska } from './matroska.js';

const fixture = (name: string): Buffer => readFileSync(`test/fixtures/audio/${name}`);

function walk(file: Buffer) {
  const steps = new StepBudget(file.length);
  return walkMatroska(new ByteWindow(file, file.length, steps), steps);
}

const opus = tracks({ codecId: 'A_OPUS' });
/** A codec that only times tell of. */
const timed = tracks({ codecId: 'A_QUICKTIME' });
const ttaFrame = (sizeBytes: number): Buffer => block('a3', 0, { contents: Buffer.alloc(sizeBytes) });
const packet = (offsetTicks: number, track = 1): Buffer => block('a3', offsetTicks, { track, contents: opusPacket() });
/** A track described as in WAV, at 8 kHz and of one channel. */
const wave = (tag: number, blockBytes: number): Buffer => {
  const format = Buffer.alloc(18);
  format.writeUInt16LE(tag, 0);
  format.writeUInt16LE(1, 2);
  format.writeUInt32LE(8000, 4);
  format.writeUInt16LE(blockBytes, 12);
  format.writeUInt16LE(4, 14);
  return tracks({ codecId: 'A_MS/ACM', extra: element('63a2', format) });
};
/** How long the header says that the whole is. */
const ends = (ticks: number): Buffer => {
  const duration = Buffer.alloc(8);
  duration.writeDoubleBE(ticks);
  return element('1549a966', element('4489', duration));
};
const laced = (flags: number, ...parts: readonly (Buffer | number)[]): Buffer =>
  block('a3', 0, {
    flags,
    contents: Buffer.concat(parts.map((it) => (typeof it === 'number' ? Buffer.from([it]) : it))),
  });
const scale = (nanoseconds: number): Buffer => element('1549a966', numberElement('2ad7b1', nanoseconds));

describe('walkMatroska', () => {
  it.each(['piped.webm', 'live.webm', 'voice.webm', 'voice.mkv'])('counts the packets of %s', (name) => {
    expect(walk(fixture(name))).toMatchObject({ method: 'counted', codec: 'opus' });
    expect(walk(fixture(name))?.seconds).toBeCloseTo(2.2, 1);
  });

  it.each<[string, Buffer, number]>([
    ['times of whatever', matroska(opus, cluster(90_000, packet(0), packet(9000)), cluster(5, packet(0))), 0.06],
    [
      'a duration that lies',
      matroska(
        element('1549a966', element('4489', Buffer.from('41cdcd6500000000', 'hex'))),
        opus,
        cluster(0, packet(0)),
      ),
      0.02,
    ],
    [
      'lacing of Xiph',
      matroska(opus, cluster(0, laced(0x82, 2, 255, 45, 20, opusPacket(300), opusPacket(), opusPacket(7)))),
      0.06,
    ],
    [
      'lacing of EBML',
      matroska(opus, cluster(0, laced(0x86, 2, 0x94, 0xbf + 5, opusPacket(), opusPacket(25), opusPacket(7)))),
      0.06,
    ],
    ['lacing of frames of one size', matroska(opus, cluster(0, laced(0x84, 3, opusPacket(80)))), 0.08],
    ['lacing that is none', matroska(opus, cluster(0, laced(0x86, 2, 0x94, 0xff, opusPacket()), packet(0))), 0.02],
    ['groups', matroska(opus, cluster(0, element('a0', block('a1', 0, { contents: opusPacket() })), packet(20))), 0.04],
    [
      'padding at the end',
      matroska(
        opus,
        cluster(
          0,
          packet(0),
          element('a0', block('a1', 20, { contents: opusPacket() }), numberElement('75a2', 15_000_000)),
        ),
      ),
      0.025,
    ],
    [
      'pictures beside',
      matroska(
        tracks({ type: 1, codecId: 'V_VP8' }, { number: 2, codecId: 'A_OPUS' }),
        cluster(0, packet(0), packet(0, 2), packet(40)),
      ),
      0.02,
    ],
    [
      'voids',
      matroska(
        opus,
        element('ec', Buffer.alloc(5_000_000)),
        cluster(0, packet(0), element('ec', Buffer.alloc(5_000_000)), packet(20)),
      ),
      0.04,
    ],
    [
      'damage in a cluster',
      matroska(opus, cluster(0, packet(0), Buffer.from([0, 1, 2]), packet(0)), cluster(0, packet(0))),
      0.04,
    ],
    ['a last block that is cut off', matroska(opus, cluster(0, packet(0), packet(20))).subarray(0, -1), 0.02],
    [
      'AAC without a configuration',
      matroska(
        tracks({ codecId: 'A_AAC', extra: element('e1', element('b5', Buffer.from('467a0000', 'hex'))) }),
        cluster(0, packet(0)),
      ),
      0.064,
    ],
    [
      'TTA, whose frames are all as long',
      matroska(tracks({ codecId: 'A_TTA1' }), cluster(0, ttaFrame(8000), ttaFrame(8000))),
      2.08975,
    ],
    [
      'TTA, whose last frame ends with the whole',
      matroska(ends(1600), tracks({ codecId: 'A_TTA1' }), cluster(0, ttaFrame(8000), ttaFrame(8000))),
      1.6,
    ],
    [
      'TTA and a duration that lies',
      matroska(ends(500), tracks({ codecId: 'A_TTA1' }), cluster(0, ttaFrame(8000), ttaFrame(8000))),
      2.08975,
    ],
    [
      'packets in a track of TTA that are too small for a frame of it, as those of another codec in a file that was joined',
      matroska(tracks({ codecId: 'A_TTA1' }), cluster(0, ttaFrame(8000), ttaFrame(60), ttaFrame(60))),
      1.164875,
    ],
    [
      'GSM in blocks of Microsoft',
      matroska(wave(0x31, 65), cluster(0, block('a3', 0, { contents: Buffer.alloc(130) }))),
      0.08,
    ],
    [
      'ADPCM in blocks of Microsoft',
      matroska(wave(0x11, 256), cluster(0, block('a3', 0, { contents: Buffer.alloc(512) }))),
      0.12625,
    ],
    [
      'samples of the mu-law',
      matroska(wave(0x07, 1), cluster(0, block('a3', 0, { contents: Buffer.alloc(800) }))),
      0.1,
    ],
    [
      'first bytes that all frames share',
      matroska(
        tracks({
          codecId: 'A_OPUS',
          extra: element(
            '6d80',
            element('6240', element('5034', numberElement('4254', 3, 1), element('4255', Buffer.from([0x78])))),
          ),
        }),
        cluster(0, block('a3', 0, { contents: Buffer.from([0x03]) })),
      ),
      0.02,
    ],
  ])('counts in a file with %s', (_, file, seconds) => {
    expect(walk(file)?.method).toBe('counted');
    expect(walk(file)?.seconds).toBeCloseTo(seconds, 5);
  });

  it.each<[string, Buffer, number]>([
    ['clusters of unknown size', matroska(timed, cluster(0, block('a3', 0)), cluster(5000, block('a3', 900))), 6.02],
    ['a last frame as long as the one before', matroska(timed, cluster(0, block('a3', 0), block('a3', 60))), 0.12],
    ['a long pause before the last frame', matroska(timed, cluster(0, block('a3', 0), block('a3', 9000))), 9.12],
    ['a start that is not zero', matroska(timed, cluster(70_000, block('a3', 0), block('a3', 20))), 0.04],
    ['blocks before their cluster', matroska(timed, cluster(1000, block('a3', -500), block('a3', 500))), 1.12],
    [
      'a track of another pace',
      matroska(
        timed,
        cluster(0, block('a3', 0), block('a3', 0, { track: 2 }), block('a3', 40), block('a3', 99, { track: 2 })),
      ),
      0.08,
    ],
    [
      'a stated block length',
      matroska(timed, cluster(0, element('a0', block('a1', 0), numberElement('9b', 250)))),
      0.25,
    ],
    ['another timestamp scale', matroska(scale(100_000), timed, cluster(0, block('a3', 0), block('a3', 600))), 0.12],
    [
      'timestamps of eight bytes',
      matroska(
        timed,
        cluster(0, block('a3', 0)),
        element('1f43b675', 'unknown size', numberElement('e7', 3000, 8), block('a3', 0)),
      ),
      3.12,
    ],
    [
      'damage after the first second',
      Buffer.concat([matroska(timed, cluster(0, block('a3', 0), block('a3', 1000))), Buffer.from([0, 1, 2])]),
      1.12,
    ],
  ])('goes by the times of %s', (_, file, seconds) => {
    expect(walk(file)?.method).toBe('timed');
    expect(walk(file)?.seconds).toBeCloseTo(seconds, 5);
  });

  it.each<[string, Buffer]>([
    ['only a header', matroska(scale(1_000_000))],
    ['blocks of tracks that it does not name', matroska(cluster(0, packet(0)))],
    ['nothing', Buffer.alloc(0)],
    ['something else', Buffer.from('RIFF....WAVEfmt is not Matroska')],
    ['zeros', Buffer.alloc(100)],
  ])('measures nothing in %s', (_, file) => {
    expect(walk(file)).toBeUndefined();
  });

  it.each<[string, Buffer]>([
    ['nothing but its tracks', matroska(opus)],
    [
      'more tracks than there are',
      matroska(
        tracks(...Array.from({ length: 64 }, () => ({ type: 1, codecId: 'V_VP8' })), { number: 2, codecId: 'A_OPUS' }),
        cluster(0, packet(0, 2)),
      ),
    ],
    ['packets of nothing', matroska(opus, cluster(0, laced(0x84, 255)))],
    ['only pictures', matroska(tracks({ type: 1, codecId: 'V_VP8' }), cluster(0, packet(0)))],
  ])('finds no sound in a file of %s', (_, file) => {
    expect(walk(file)?.seconds).toBe(0);
  });

  it('ends at every cut without an error, and never measures more than there is', () => {
    const whole = fixture('live.webm');
    let previous = 0;
    for (let length = 0; length < whole.length; length += 13) {
      const measured = walk(whole.subarray(0, length))?.seconds ?? 0;
      expect(measured).toBeGreaterThanOrEqual(previous);
      previous = measured;
    }
    expect(previous).toBeCloseTo(2.2, 1);
  });

  it('takes a step for every element', () => {
    const file = matroska(opus, cluster(0, Buffer.alloc(2000, Buffer.from('ec80', 'hex'))));
    const steps = new StepBudget(0);
    steps.take(2_000_000 - 900);
    expect(() => walkMatroska(new ByteWindow(file, file.length, steps), steps)).toThrow(TooManySteps);
  });
});
