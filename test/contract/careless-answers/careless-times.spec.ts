import { mendTimes } from '../../../src/domain/mend-times.js';
import { AdapterBench } from '../adapter-bench.js';
import { carelessProviders, type WirePart } from './careless-answers.js';

const bench = new AdapterBench();
afterAll(() => bench.close());

/** What careless providers write, and what it comes to in a recording of ten seconds. */
const cases: readonly {
  readonly what: string;
  readonly parts: readonly (WirePart | null | number)[];
  readonly right: readonly (readonly [text: string, startSeconds: number, endSeconds: number])[];
}[] = [
  {
    what: 'an end that is missing',
    parts: [
      { text: 'hi', start: 0, end: 0.4 },
      { text: 'all', start: 0.5 },
    ],
    right: [
      ['hi', 0, 0.4],
      ['all', 0.5, 10],
    ],
  },
  {
    what: 'an end that is null',
    parts: [
      { text: 'hi', start: 0, end: null },
      { text: 'all', start: 2, end: 3 },
    ],
    right: [
      ['hi', 0, 2],
      ['all', 2, 3],
    ],
  },
  {
    what: 'no times among others',
    parts: [{ text: 'hi', start: 0, end: 1 }, { text: 'you' }, { text: 'all', start: 2, end: 3 }],
    right: [
      ['hi', 0, 1],
      ['you', 1, 2],
      ['all', 2, 3],
    ],
  },
  {
    what: 'times as texts',
    parts: [
      { text: 'hi', start: '0.5', end: '1.5' },
      { text: 'all', start: '2', end: '3' },
    ],
    right: [
      ['hi', 0.5, 1.5],
      ['all', 2, 3],
    ],
  },
  {
    what: 'disorder',
    parts: [
      { text: 'all', start: 2, end: 3 },
      { text: 'hi', start: 0, end: 1 },
    ],
    right: [
      ['hi', 0, 1],
      ['all', 2, 3],
    ],
  },
  {
    what: 'elements that are none',
    parts: [{ text: 'hi', start: 0, end: 1 }, null, 7, { text: 'all', start: 2, end: 3 }],
    right: [
      ['hi', 0, 1],
      ['all', 2, 3],
    ],
  },
  {
    what: 'negative times',
    parts: [
      { text: 'hi', start: -0.02, end: 1 },
      { text: 'all', start: 1, end: 3 },
    ],
    right: [
      ['hi', 0, 1],
      ['all', 1, 3],
    ],
  },
  {
    what: 'one time beyond the recording',
    parts: [
      { text: 'one', start: 0, end: 2 },
      { text: 'two', start: 6520, end: 6523 },
      { text: 'three', start: 4, end: 6 },
      { text: 'four', start: 6, end: 8 },
      { text: 'five', start: 8, end: 10 },
    ],
    right: [
      ['one', 0, 2],
      ['two', 2, 4],
      ['three', 4, 6],
      ['four', 6, 8],
      ['five', 8, 10],
    ],
  },
];

const rows = carelessProviders.flatMap((provider) =>
  cases.map((it) => [provider.provider, provider.list, it.what, provider, it] as const),
);

it.each(rows)('%s: %s with %s are mended', async (name, list, _what, { answers, upstreamModel }, { parts, right }) => {
  const text = right.map(([it]) => it).join(' ');
  const script = answers({ text, seconds: 10, parts });
  const result = mendTimes(await bench.transcribe(name, script, { upstreamModel, format: 'verbose_json' }), 10);
  const told =
    list === 'words'
      ? result.words?.map(({ word, startSeconds, endSeconds }) => [word, startSeconds, endSeconds])
      : result.segments?.map((it) => [it.text, it.startSeconds, it.endSeconds]);
  expect(told).toEqual(right);
});
