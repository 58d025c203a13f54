import { formatAudioSeconds, formatBytes, formatCount, formatMs, formatRealTime, formatShare } from './amounts';

it('seconds of audio are in the largest unit of which there are two', () => {
  expect([0, 0.01, 61.4, 119, 120, 744, 7199, 7200, 44_640, null].map(formatAudioSeconds)).toEqual([
    '0 s',
    '<0.1 s',
    '61.4 s',
    '119 s',
    '2 min',
    '12.4 min',
    '120 min',
    '2 h',
    '12.4 h',
    'unknown',
  ]);
});

it('latencies keep the digits that matter', () => {
  expect([0, 38.4, 999, 2140, 12_340, 119_999, 192_000, undefined].map(formatMs)).toEqual([
    '0 ms',
    '38 ms',
    '999 ms',
    '2.14 s',
    '12.3 s',
    '120 s',
    '3.2 min',
    'unknown',
  ]);
});

it('counts, shares, bytes and factors are short, and never 0 when they are not', () => {
  expect([0, 812, 12_304, 1_234_567].map(formatCount)).toEqual(['0', '812', '12,304', '1.2M']);
  expect([0, 0.0001, 0.032, 1].map(formatShare)).toEqual(['0 %', '<0.1 %', '3.2 %', '100 %']);
  expect([0, 999, 4_200_000, 2.5e9].map(formatBytes)).toEqual(['0 B', '999 B', '4.2 MB', '2.5 GB']);
  expect([28.96, 241.4, null].map(formatRealTime)).toEqual(['29x', '241x', 'unknown']);
});
