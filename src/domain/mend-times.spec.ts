import fc from 'fast-check';
import { mendTimes } from './mend-times.js';
import type { ReportedSegment } from './transcription.js';

type Times = readonly [start: number | null | undefined, end: number | null | undefined];

/** Segments named by their place, with the times of a careless wire. */
function segmentsOf(times: readonly Times[]): ReportedSegment[] {
  return times.map(([start, end], index) =>
    // null is what JavaScript callers may pass where the type says absent.
    Object.assign({ text: `s${index}` }, { startSeconds: start, endSeconds: end }),
  ) as ReportedSegment[];
}

function mended(times: readonly Times[], durationSeconds?: number) {
  return mendTimes({ text: 'said', segments: segmentsOf(times) }, durationSeconds).segments?.map(
    ({ text, startSeconds, endSeconds }) => [text, startSeconds, endSeconds],
  );
}

// prettier-ignore
it.each<{ what: string; times: readonly Times[]; duration?: number; right: unknown }>([
  { what: 'leaves good times alone', times: [[0, 2], [2, 4.5]], duration: 5, right: [['s0', 0, 2], ['s1', 2, 4.5]] },
  { what: 'leaves overlaps alone', times: [[0, 5], [3, 6], [4, 5]], duration: 6, right: [['s0', 0, 5], ['s1', 3, 6], ['s2', 4, 5]] },
  { what: 'ends where the next begins', times: [[0, null], [2, 4]], right: [['s0', 0, 2], ['s1', 2, 4]] },
  { what: 'begins where the one before ended', times: [[0, 2], [null, 4]], right: [['s0', 0, 2], ['s1', 2, 4]] },
  { what: 'ends the last with the recording', times: [[0, 2], [2, null]], duration: 7, right: [['s0', 0, 2], ['s1', 2, 7]] },
  { what: 'ends the last where it begins if nobody knows more', times: [[0, 2], [2, null]], right: [['s0', 0, 2], ['s1', 2, 2]] },
  { what: 'begins the first with the recording', times: [[null, 2], [2, 3]], right: [['s0', 0, 2], ['s1', 2, 3]] },
  { what: 'shares the time between neighbours', times: [[0, 2], [undefined, undefined], [undefined, undefined], [4, 6]], right: [['s0', 0, 2], ['s1', 2, 3], ['s2', 3, 4], ['s3', 4, 6]] },
  { what: 'shares what is left at the end', times: [[0, 2], [null, null], [null, null]], duration: 6, right: [['s0', 0, 2], ['s1', 2, 4], ['s2', 4, 6]] },
  { what: 'meets halfway', times: [[0, null], [null, 4]], right: [['s0', 0, 2], ['s1', 2, 4]] },
  { what: 'reads nothing in negative and impossible numbers', times: [[-1, 2], [Number.NaN, 4], [4, -Infinity], [6, 8]], right: [['s0', 0, 2], ['s1', 2, 4], ['s2', 4, 6], ['s3', 6, 8]] },
  { what: 'sorts', times: [[4, 6], [0, 2], [2, 4]], right: [['s1', 0, 2], ['s2', 2, 4], ['s0', 4, 6]] },
  { what: 'sorts stably', times: [[2, 3], [0, 1], [0, 2], [0, 1]], right: [['s1', 0, 1], ['s2', 0, 2], ['s3', 0, 1], ['s0', 2, 3]] },
  { what: 'sorts two voices one after the other', times: [[0, 1], [100, 101], [2, 3], [102, 103]], right: [['s0', 0, 1], ['s2', 2, 3], ['s1', 100, 101], ['s3', 102, 103]] },
  { what: 'sorts a list backwards', times: [[100, 101], [50, 51], [0, 1]], right: [['s2', 0, 1], ['s1', 50, 51], ['s0', 100, 101]] },
  { what: 'sorts by an end where there is no start', times: [[4, 6], [null, 3], [0, 2]], right: [['s2', 0, 2], ['s1', 2, 3], ['s0', 4, 6]] },
  { what: 'turns round what is the wrong way round', times: [[0, 2], [4, 3], [4, 6]], right: [['s0', 0, 2], ['s1', 3, 4], ['s2', 4, 6]] },
  { what: 'keeps in place what turning round would move', times: [[3, 4], [5, 1], [6, 7]], right: [['s0', 3, 4], ['s1', 5, 6], ['s2', 6, 7]] },
  { what: 'takes an end of zero for none', times: [[1, 0], [3, 0]], duration: 4, right: [['s0', 1, 3], ['s1', 3, 4]] },
  { what: 'clamps an end to the recording', times: [[0, 2], [2, 4.02]], duration: 4, right: [['s0', 0, 2], ['s1', 2, 4]] },
  { what: 'keeps an outlier from moving the others', times: [[0, 2], [6520, 6523], [4, 6], [6, 8], [8, 10]], duration: 10, right: [['s0', 0, 2], ['s1', 2, 4], ['s2', 4, 6], ['s3', 6, 8], ['s4', 8, 10]] },
  { what: 'knows an outlier without a duration', times: [[0, 2], [6520, 6523], [4, 6], [6, 8], [8, 10]], right: [['s0', 0, 2], ['s1', 2, 4], ['s2', 4, 6], ['s3', 6, 8], ['s4', 8, 10]] },
  { what: 'knows a first one, too', times: [[6520, 6523], [1, 2], [2, 4]], right: [['s0', 0, 1], ['s1', 1, 2], ['s2', 2, 4]] },
  { what: 'puts an outlier at the end between its neighbour and the end', times: [[0, 2], [2, 4], [6520, 6523]], duration: 10, right: [['s0', 0, 2], ['s1', 2, 4], ['s2', 4, 10]] },
  { what: 'ends early what only ends too late', times: [[0, 2], [2, 6523], [4, 6]], duration: 6, right: [['s0', 0, 2], ['s1', 2, 4], ['s2', 4, 6]] },
  { what: 'believes a late last one where nobody knows better', times: [[0, 2], [600, 602]], right: [['s0', 0, 2], ['s1', 600, 602]] },
  { what: 'leaves out a list without times', times: [[null, null], [undefined, undefined]], duration: 5, right: undefined },
  { what: 'leaves out a list of zeros', times: [[0, 0], [0, 0]], duration: 5, right: undefined },
  { what: 'leaves out a list wholly beyond the recording', times: [[20, 21], [22, 23]], duration: 5, right: undefined },
  { what: 'leaves out an empty list although something was said', times: [], duration: 5, right: undefined },
])('$what', ({ times, duration, right }) => {
  expect(mended(times, duration)).toEqual(right);
});

it('leaves the turns of two voices whole', () => {
  const turns = ([speaker, startSeconds, endSeconds]: [string, number, number | undefined]) => ({
    word: 'w',
    speaker,
    startSeconds,
    endSeconds,
  });
  const told = [turns(['A', 0, 1]), turns(['A', 4, 5]), turns(['B', 2, 3]), turns(['A', 6, 7])];
  expect(mendTimes({ text: 'said', words: told }, 7).words).toEqual(told);
  const disorder = [turns(['A', 4, 5]), turns(['B', 2, 3]), turns(['A', 6, undefined])];
  expect(mendTimes({ text: 'said', words: disorder }, 7).words?.map(({ startSeconds }) => startSeconds)).toEqual([
    2, 4, 6,
  ]);
});

it('drops what has neither text nor times, and keeps what has one of them', () => {
  const segments = [{ text: ' ' }, { text: '', startSeconds: 1, endSeconds: 2 }, { text: 'heard' }];
  expect(mendTimes({ text: 'heard', segments }, 4).segments).toEqual([
    { text: '', startSeconds: 1, endSeconds: 2 },
    { text: 'heard', startSeconds: 2, endSeconds: 4 },
  ]);
});

it('leaves out a list in which nothing is said although something was', () => {
  const times = [
    { startSeconds: 0, endSeconds: 2 },
    { startSeconds: 2, endSeconds: 4 },
  ];
  const blank = {
    segments: times.map((it) => ({ ...it, text: ' ' })),
    words: times.map((it) => ({ ...it, word: '' })),
  };
  expect(mendTimes({ text: 'heard', ...blank }, 4)).toEqual({ text: 'heard', segments: undefined, words: undefined });
});

it('leaves silence silent', () => {
  expect(mendTimes({ text: '', segments: [{ text: '' }], words: [] }, 4)).toEqual({
    text: '',
    segments: [],
    words: [],
  });
  expect(mendTimes({ text: '' }, 4)).toEqual({ text: '' });
});

it('mends words and segments alike and leaves everything else alone', () => {
  const rest = { text: 'said it', language: 'en', upstreamRequestId: 'r' };
  const segments = [{ text: 'said it', endSeconds: 2, speaker: 'A', seek: 3 }];
  const words = [
    { word: 'said', startSeconds: 0 },
    { word: 'it', endSeconds: 2, speaker: 'B' },
  ];
  expect(mendTimes({ ...rest, segments, words }, 2)).toEqual({
    ...rest,
    segments: [{ text: 'said it', startSeconds: 0, endSeconds: 2, speaker: 'A', seek: 3 }],
    words: [
      { word: 'said', startSeconds: 0, endSeconds: 1 },
      { word: 'it', startSeconds: 1, endSeconds: 2, speaker: 'B' },
    ],
  });
});

const anyTime = fc.oneof(
  fc.double({ min: 0, max: 20, noNaN: true }),
  fc.integer({ min: -5, max: 20 }),
  fc.constantFrom(null, undefined, Number.NaN, Infinity, -Infinity, -1, 0, 6520, 1e300),
);
const anyList = fc.array(fc.tuple(anyTime, anyTime), { maxLength: 30 });
const anyDuration = fc.option(fc.double({ min: 0.1, max: 30, noNaN: true }), { nil: undefined });

it('gives every list sorted, finite times within the recording, loses no text, and finds nothing to mend twice', () => {
  fc.assert(
    fc.property(anyList, anyDuration, (times, duration) => {
      const once = mendTimes({ text: 'said', segments: segmentsOf(times) }, duration);
      const { segments } = once;
      if (!segments) return;
      expect(segments.map(({ text }) => text).toSorted()).toEqual(
        segmentsOf(times)
          .map(({ text }) => text)
          .toSorted(),
      );
      let previous = 0;
      for (const { startSeconds, endSeconds } of segments) {
        expect(startSeconds).toBeGreaterThanOrEqual(previous);
        expect(endSeconds).toBeGreaterThanOrEqual(startSeconds);
        expect(endSeconds).toBeLessThanOrEqual(duration ?? Number.MAX_VALUE);
        previous = startSeconds;
      }
      expect(mendTimes(once, duration)).toEqual(once);
    }),
    { numRuns: 2_000 },
  );
});

it('changes nothing about times that are in order', () => {
  const good = fc.array(
    fc.tuple(fc.double({ min: 0, max: 5, noNaN: true }), fc.double({ min: 0.1, max: 5, noNaN: true })),
    {
      minLength: 1,
      maxLength: 20,
    },
  );
  fc.assert(
    fc.property(good, (steps) => {
      let from = 0;
      const times = steps.map(([pause, length]): Times => {
        from += pause;
        const start = from;
        from += length;
        return [start, from];
      });
      expect(mended(times, from)).toEqual(times.map(([start, end], index) => [`s${index}`, start, end]));
    }),
  );
});

it('takes no longer than sorting', () => {
  const times = Array.from({ length: 200_000 }, (_, index): Times =>
    index % 3 === 0 ? [null, null] : [200_000 - index, null],
  );
  expect(mended(times, 300_000)).toHaveLength(200_000);
});
