import { audioFromBytes } from '../../../test/support/simulator-audio.js';
import { transcodingFor, type TranscodingTarget } from './transcoding-target.js';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

it.each<[string, Parameters<typeof transcodingFor>[0], number, number | undefined, TranscodingTarget | undefined]>([
  ['FLAC where anything is taken', {}, 1000, 60, { container: 'flac', maxBytes: GIB }],
  [
    'FLAC where nobody knows how long it is',
    { max_bytes: 25 * MIB },
    1000,
    undefined,
    { container: 'flac', maxBytes: 25 * MIB },
  ],
  [
    'FLAC of what is too large and short',
    { max_bytes: 25 * MIB },
    30 * MIB,
    300,
    { container: 'flac', maxBytes: 25 * MIB },
  ],
  [
    'Opus of what is long',
    { max_bytes: 25 * MIB },
    30 * MIB,
    3600,
    { container: 'ogg', maxBytes: 25 * MIB, bitRate: 48_000 },
  ],
  [
    'Opus that fits',
    { max_bytes: 25 * MIB },
    90 * MIB,
    10_000,
    { container: 'ogg', maxBytes: 25 * MIB, bitRate: 18_874 },
  ],
  ['Opus in WebM', { containers: ['mp3', 'webm'] }, 1000, 60, { container: 'webm', maxBytes: GIB, bitRate: 48_000 }],
  [
    'Opus where Ogg is called so',
    { containers: ['opus'] },
    1000,
    60,
    { container: 'ogg', maxBytes: GIB, bitRate: 48_000 },
  ],
  ['nothing where neither is taken', { containers: ['mp3', 'wav'] }, 1000, 60, undefined],
  ['nothing of what is too long', { max_bytes: 25 * MIB }, 90 * MIB, 20_000, undefined],
  ['nothing of what is too large and of unknown length', { max_bytes: 25 * MIB }, 90 * MIB, undefined, undefined],
])('makes %s', (_, capabilities, sizeBytes, durationSeconds, expected) => {
  const audio = { ...audioFromBytes(), container: 'amr' as const, sizeBytes };
  expect(transcodingFor(capabilities, { audio }, durationSeconds, GIB)).toEqual(expected);
});

it('makes nothing of what nobody knows', () => {
  expect(transcodingFor({}, { audio: audioFromBytes() }, 60, GIB)).toBeUndefined();
});

it('makes nothing larger than it may, whatever the model takes', () => {
  const audio = { ...audioFromBytes(), container: 'amr' as const };
  expect(transcodingFor({}, { audio }, 600, MIB)).toEqual({ container: 'ogg', maxBytes: MIB, bitRate: 12_582 });
  expect(transcodingFor({}, { audio }, 700, MIB)).toBeUndefined();
});
