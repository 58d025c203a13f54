import { spokenSegments } from './spoken-segments.js';

const word = (text: string, startSeconds: number, speaker?: string) => ({
  word: text,
  startSeconds,
  endSeconds: startSeconds + 0.4,
  ...(speaker !== undefined && { speaker }),
});

it('are those of the provider', () => {
  const segments = [
    { text: ' Hello.', startSeconds: 0, endSeconds: 1, avgLogprob: -1 },
    { text: ' There.', startSeconds: 1, endSeconds: 2 },
  ];
  expect(spokenSegments({ text: 'Hello. There.', segments })).toEqual(segments);
});

it('are made of words where there are only words, with the punctuation of the text', () => {
  const words = [word('hello', 0), word('there', 0.5), word('you', 4)];
  expect(spokenSegments({ text: 'Hello, there. You?', words })).toEqual([
    { text: 'Hello, there.', startSeconds: 0, endSeconds: 0.9, speaker: undefined },
    { text: 'You?', startSeconds: 4, endSeconds: 4.4, speaker: undefined },
  ]);
});

it('tell speakers apart where words or segments do', () => {
  const words = [word('Hello', 0, 'A'), word('you.', 0.5, 'A'), word('Hi.', 1, 'B')];
  const segments = [{ text: 'Hello you. Hi.', startSeconds: 0, endSeconds: 1.4 }];
  expect(spokenSegments({ text: 'Hello you. Hi.', words, segments })).toMatchObject([
    { text: 'Hello you.', speaker: 'A' },
    { text: 'Hi.', speaker: 'B' },
  ]);
});

it('have the words of the text where they are written otherwise', () => {
  const segments = [
    { text: 'on the fourth of may', startSeconds: 0, endSeconds: 1 },
    { text: 'we will meet in paris', startSeconds: 1, endSeconds: 2 },
    { text: 'at the usual place', startSeconds: 2, endSeconds: 3 },
  ];
  const text = 'On the 4th of May we will meet in Paris, at the usual place.';
  expect(spokenSegments({ text, segments })?.map((it) => it.text.trim())).toEqual([
    'On the 4th of May',
    'we will meet in Paris,',
    'at the usual place.',
  ]);
});

it('are the cues of an answer that is subtitles', () => {
  const body = Buffer.from(
    '1\n00:00:00,000 --> 00:00:01,500\nHello\nthere.\n\n2\n00:00:02,000 --> 00:00:03,000\nYou.\n',
  );
  const native = { format: 'srt' as const, contentType: 'text/plain', body };
  expect(spokenSegments({ text: 'Hello there. You.', native })).toEqual([
    { text: 'Hello there.', startSeconds: 0, endSeconds: 1.5 },
    { text: 'You.', startSeconds: 2, endSeconds: 3 },
  ]);
});

it('are not known of a text alone', () => {
  expect(spokenSegments({ text: 'Hello.' })).toBeUndefined();
  expect(spokenSegments({ text: 'Hello.', words: [], segments: [] })).toBeUndefined();
});

it('are none of silence', () => {
  expect(spokenSegments({ text: '' })).toEqual([]);
});

it('are found also where a provider says that a day of words was said within seconds', () => {
  const words = Array.from({ length: 150_000 }, (_, index) => word('hello', index / 1e5));
  const text = words.map((it) => it.word).join(' ');
  const [{ startSeconds, endSeconds } = { startSeconds: NaN, endSeconds: NaN }] = spokenSegments({ text, words }) ?? [];
  expect([startSeconds, endSeconds]).toEqual([0, 149_999 / 1e5 + 0.4]);
});
