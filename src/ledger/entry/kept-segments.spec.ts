import { logEntry } from '../../../test/support/log-entries.js';
import { keptSegments, segmentsIn } from './kept-segments.js';
import { toRecord } from './ledger-record.js';

const TEXT = 'Thanks for calling. Hi, I have a question.';
const spoken = [
  { text: 'Thanks for calling.', startSeconds: 0.12345, endSeconds: 4, speaker: 'A' },
  { text: ' Hi, I have a question.', startSeconds: 4.2, endSeconds: 9.5 },
];

const many = (length: number, speaker = 'A') =>
  Array.from({ length }, (_, index) => ({ text: 'a', startSeconds: index, endSeconds: index, speaker }));

it('keeps times, speakers and where the words stand, and no words', () => {
  const kept = keptSegments(TEXT, spoken);
  expect(kept).toEqual([
    [0.123, 4, 19, 'A'],
    [4.2, 9.5, 23],
  ]);
  expect(segmentsIn(TEXT, kept)).toEqual({
    segments: [
      { text: 'Thanks for calling.', startSeconds: 0.123, endSeconds: 4, speaker: 'A' },
      { text: 'Hi, I have a question.', startSeconds: 4.2, endSeconds: 9.5, speaker: undefined },
    ],
  });
});

it.each([
  ['are not told', TEXT, null, 'no_times'],
  ['are empty although something was said', TEXT, [], 'no_times'],
  ['have words that the text has not', 'Thanks for calling. [PHONE]', spoken, 'not_in_text'],
  ['lack words of the text', `${TEXT} And more.`, spoken, 'not_in_text'],
  ['are too many', 'a '.repeat(20_001), many(20_001), 'too_large'],
  ['have names that are too long together', 'a '.repeat(10_000), many(10_000, 'x'.repeat(1_000)), 'too_large'],
] as const)('says why where they %s', (_, text, given, reason) => {
  expect(keptSegments(text, given)).toBe(reason);
  expect(segmentsIn(text, reason)).toEqual({ missing: reason });
});

it('has none of silence, which lacks nothing', () => {
  expect(segmentsIn('', keptSegments('', []))).toEqual({ segments: [] });
});

it('has times that are times, whatever they were', () => {
  const times = [Number.NaN, -1, Number.POSITIVE_INFINITY, 5];
  const given = times.map((startSeconds, index) => ({ text: 'a', startSeconds, endSeconds: times[3 - index] ?? 0 }));
  expect(keptSegments('a a a a', given)).toEqual([
    [0, 5, 1],
    [0, 1e9, 2],
    [1e9, 1e9, 2],
    [5, 5, 2],
  ]);
});

it.each([
  ['no row', null, null, 'not_kept'],
  ['a row of a version that has not looked', TEXT, null, 'unknown'],
  ['a reason of a later version', TEXT, 'because', 'unknown'],
  ['a form of a later version', TEXT, [{ start: 1 }], 'unknown'],
  ['a text that was edited', 'Thanks.', [[0, 4, 19]], 'unknown'],
  ['a text that was made longer', `${TEXT} More.`, [[0, 4, 19]], 'unknown'],
] as const)('are not read of %s', (_, text, stored, reason) => {
  expect(segmentsIn(text, stored)).toEqual({ missing: reason });
});

it('are of the text as it is stored: without NULs and halves of characters', () => {
  const transcript = 'nul \0 half \ud800. Whole \u{1f600}.';
  const segments = [
    { text: 'nul \0 half \ud800.', startSeconds: 0, endSeconds: 1, speaker: 'A\0\ud800' },
    { text: 'Whole \u{1f600}.', startSeconds: 1, endSeconds: 2 },
  ];
  const record = toRecord(logEntry({ transcript, segments }));
  expect(segmentsIn(String(record.transcript), record.segments)).toEqual({
    segments: [
      { text: 'nul  half \ufffd.', startSeconds: 0, endSeconds: 1, speaker: 'A\ufffd' },
      { text: 'Whole \u{1f600}.', startSeconds: 1, endSeconds: 2, speaker: undefined },
    ],
  });
});

it('go with the transcript', () => {
  expect(toRecord(logEntry({ transcript: null, segments: spoken })).segments).toBeNull();
});
