import { entriesOf, listOf, minutesOf, numberOf, secondsOf } from './texts';

it('takes an empty field for nothing, not for 0', () => {
  expect([numberOf(''), numberOf(' '), numberOf('0'), numberOf('1.5')]).toEqual([null, null, 0, 1.5]);
});

it.each([1, 10, 61.44, 36_000, 0.001])('gives %d seconds back as they were', (seconds) => {
  expect(secondsOf(minutesOf(seconds))).toBe(seconds);
});

it('splits by lines and commas', () => {
  expect(entriesOf(' whisper-1, groq/*\n\n gpt ')).toEqual(['whisper-1', 'groq/*', 'gpt']);
  expect(listOf(' \n')).toBeNull();
});
