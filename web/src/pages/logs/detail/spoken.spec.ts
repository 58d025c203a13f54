import { speakersOf, spokenAt } from './spoken';

const segment = (start_seconds: number, end_seconds: number, speaker: string | null = null) => ({
  start_seconds,
  end_seconds,
  speaker,
  text: 'said',
});
const segments = [segment(0, 2, 'B'), segment(2, 6, 'A'), segment(4, 5, 'B'), segment(8, 9)];

it('is what is said at a time, and the later voice of two', () => {
  const places = [0, 1.9, 2, 4.5, 5.5, 7, 8.5, 9].map((seconds) => spokenAt(segments, seconds));
  expect(places).toEqual([0, 0, 1, 2, 1, -1, 3, -1]);
  expect(spokenAt([], 0)).toBe(-1);
});

it('knows the speakers by their first words', () => {
  expect(speakersOf(segments)).toEqual(['B', 'A']);
});
