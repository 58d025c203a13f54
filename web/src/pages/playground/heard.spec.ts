import { comparedOf, heardIn, spokenAt, startOf } from './heard';

const verbose = JSON.stringify({
  text: 'The beach — was hot. Yes.',
  duration: 4,
  segments: [
    { start: 0, end: 2, text: ' The beach — was hot.' },
    { start: 3, end: 4, text: ' Yes.' },
  ],
  words: [
    { word: 'The', start: 0, end: 0.25 },
    { word: 'beach', start: 0.25, end: 0.5 },
    { word: 'was', start: 1, end: 1.5 },
    { word: 'hot', start: 1.5, end: 2 },
    { word: 'Yes', start: 3, end: 4 },
  ],
});

it('knows which word is said, and when each was', () => {
  const heard = heardIn('verbose_json', verbose);
  expect(spokenAt(heard, 0.3)).toEqual([1, 2]);
  expect(spokenAt(heard, 2.5)).toBeUndefined();
  expect(startOf(heard, 5)).toBe(3);
  expect(heard).toMatchObject({ duration: 4, hasWordTimes: true, speakers: [] });
  expect(comparedOf(heard)).toEqual({ plain: ['the', 'beach', 'was', 'hot', 'yes'], places: [0, 1, 3, 4, 5] });
});

it('lights a whole segment where words have no times, and tells speakers apart', () => {
  const segments = [
    { start: 0, end: 2, text: 'Hi there.', speaker: 'A' },
    { start: 2, end: 3, text: 'Hello.', speaker: 'B' },
  ];
  const heard = heardIn('diarized_json', JSON.stringify({ text: '', segments }));
  expect(heard.speakers).toEqual(['A', 'B']);
  expect(spokenAt(heard, 1)).toEqual([0, 2]);
  expect(startOf(heard, 1)).toBe(0);
  expect(spokenAt(heardIn('srt', '1\n00:00:00,000 --> 00:00:02,000\nHi there.\n'), 1)).toEqual([0, 2]);
});

it('has no times of a text', () => {
  expect(spokenAt(heardIn('text', 'Hi there.\n'), 0)).toBeUndefined();
  expect(heardIn('json', '{"text":"Hi"}').words).toHaveLength(1);
  expect(heardIn('json', 'no json').words).toHaveLength(2);
  expect(heardIn('json', '{"text":""}').segments).toEqual([]);
});
