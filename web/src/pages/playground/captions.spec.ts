import { captionsOf } from './captions';
import { heardIn, heardInJson } from './heard';

it('makes a track of segments, with their speakers where there are several', () => {
  const segments = [
    { start: 0, end: 1.5, text: 'Fish & chips <now>', speaker: 'A' },
    { start: 3600, end: 3601, text: 'Yes.', speaker: 'B' },
  ];
  expect(captionsOf(heardInJson({ segments }))).toBe(
    'WEBVTT\n\n00:00:00.000 --> 00:00:01.500\nA: Fish &amp; chips &lt;now&gt;\n\n01:00:00.000 --> 01:00:01.000\nB: Yes.\n',
  );
});

it('makes none of a text', () => {
  expect(captionsOf(heardIn('text', 'Hi.'))).toBeUndefined();
});
