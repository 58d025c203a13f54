import { hasCues, textOfSubtitles } from './subtitle-text.js';

describe('textOfSubtitles', () => {
  it.each([
    ['nothing', '', ''],
    [
      'SRT, without taking a spoken number for a cue number',
      '1\n00:00:00,000 --> 00:00:01,500\nHello there.\n\n2\n00:00:01,500 --> 00:00:03,000\n42\n\n',
      'Hello there. 42',
    ],
    [
      'Windows line ends, a byte order mark and several lines a cue',
      '\uFEFF1\r\n00:00:00,000 --> 00:00:01,500\r\nHello\r\nthere.\r\n\r\n2\r\n00:00:02,000 --> 00:00:03,000\r\nBye.\r\n',
      'Hello there. Bye.',
    ],
    [
      'WebVTT with headers, notes, cue names, settings and short times',
      'WEBVTT - talk\nKind: captions\n\nNOTE not spoken\n\nSTYLE\n::cue {}\n\nintro\n00:00.000 --> 00:01.000 align:start\nHi.\n\n00:01.000 --> 00:02.000\nNOTE this.\n',
      'Hi. NOTE this.',
    ],
    ['a cue with an empty line in it', '1\n00:00:00,000 --> 00:00:01,500\nOne\n\nTwo\n\n', 'One Two'],
    ['WebVTT of silence', 'WEBVTT\n\n', ''],
  ])('reads %s', (_what, document, expected) => {
    expect(textOfSubtitles(document)).toBe(expected);
  });
});

describe('hasCues', () => {
  it.each([
    ['1\n00:00:00,000 --> 00:00:01,500\nHello.', true],
    ['WEBVTT\n\n00:00.000 --> 00:01.000\nHello.', true],
    ['Hello there --> nobody.', false],
    ['', false],
  ])('of %j is %s', (document, expected) => {
    expect(hasCues(document)).toBe(expected);
  });
});
