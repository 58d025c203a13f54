import { cuesOf } from './subtitles';

it('reads SubRip', () => {
  expect(
    cuesOf(
      '1\r\n00:00:00,000 --> 00:00:03,320\r\nThe beach\r\nwas hot.\r\n\r\n2\r\n01:00:03,320 --> 01:00:08,470\r\nYes.\r\n',
    ),
  ).toEqual([
    { start: 0, end: 3.32, text: 'The beach was hot.' },
    { start: 3603.32, end: 3608.47, text: 'Yes.' },
  ]);
});

it('reads WebVTT with voices, and leaves out what is no cue', () => {
  const vtt = 'WEBVTT\n\nNOTE none\n\n00:03.000 --> 00:04.500 align:start\n<v Ada>Fish &amp; <i>chips</i>';
  expect(cuesOf(vtt)).toEqual([{ start: 3, end: 4.5, text: 'Fish & chips', speaker: 'Ada' }]);
});

it('is nothing of nothing', () => {
  expect(cuesOf('')).toEqual([]);
});
