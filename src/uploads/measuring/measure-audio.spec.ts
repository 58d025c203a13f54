import { readFileSync } from 'node:fs';
import { makeWav } from '../../../test/support/audio.js';
import {
  busyFlac,
  busyWebm,
  inLongWav,
  withLastGranule,
  withMediaDuration,
  withSampleFrames,
  withSegmentDuration,
  withXingFrames,
} from '../../../test/support/lying-audio.js';
import type { AudioContainerName } from '../../domain/audio-container.js';
import { measureAudio, type Measure } from './measure-audio.js';
import { StepBudget } from './step-budget.js';

const fixture = (name: string): Buffer => readFileSync(`test/fixtures/audio/${name}`);
const measure = (bytes: Buffer, container: AudioContainerName): Measure => measureAudio(bytes, bytes.length, container);
const secondsOf = (it: Measure): number => (it.kind === 'measured' ? it.seconds : Number.NaN);
const UNKNOWN = {
  kind: 'unknown',
  warning: expect.stringMatching(/^the recording's duration counts as unknown: .+/),
};

it.each<[string, AudioContainerName]>([
  ['speech.wav', 'wav'],
  ['streamed.wav', 'wav'],
  ['cbr.mp3', 'mp3'],
  ['id3.mp3', 'mp3'],
  ['vbr-xing.mp3', 'mp3'],
  ['vbr-bare.mp3', 'mp3'],
  ['voice.m4a', 'm4a'],
  ['voice.mp4', 'mp4'],
  ['fragmented.mp4', 'mp4'],
  ['voice.mov', 'mov'],
  ['voice.3gp', '3gp'],
  ['voice.aac', 'aac'],
  ['voice.flac', 'flac'],
  ['opus.ogg', 'ogg'],
  ['vorbis.ogg', 'ogg'],
  ['voice.webm', 'webm'],
  ['piped.webm', 'webm'],
  ['live.webm', 'webm'],
  ['voice.mkv', 'mkv'],
  ['voice.aiff', 'aiff'],
])('measures %s to a tenth of a second, and alike in whatever pieces it lies', (name, container) => {
  const bytes = fixture(name);
  const whole = measure(bytes, container);
  expect(Math.abs(secondsOf(whole) - 2.2)).toBeLessThan(0.1);
  expectAlikeInPieces(bytes, container, whole);
});

it.each<[string, AudioContainerName]>([
  ['ps-mp2.mpg', 'mpeg'],
  ['ps-mpeg1.mpg', 'mpeg'],
  ['ps-ac3.vob', 'mpeg'],
  ['ps-dvd-pcm.vob', 'mpeg'],
  ['ts-latm.m2t', 'ts'],
  ['ts-opus.m2t', 'ts'],
  ['wav-wma.wav', 'wav'],
  ['wav-flac.wav', 'wav'],
  ['wav-adpcm-swf.wav', 'wav'],
  ['voc-u8.voc', 'voc'],
  ['voc-s16.voc', 'voc'],
])('measures %s alike in whatever pieces it lies', (name, container) => {
  const bytes = readFileSync(`test/fixtures/media/${name}`);
  const whole = measure(bytes, container);
  expect(whole.kind).toBe('measured');
  expectAlikeInPieces(bytes, container, whole);
});

function expectAlikeInPieces(bytes: Buffer, container: AudioContainerName, whole: Measure): void {
  for (const pieceBytes of [1, 13, 1000, 16_384]) {
    const pieces = Array.from({ length: Math.ceil(bytes.length / pieceBytes) }, (_, index) =>
      bytes.subarray(index * pieceBytes, (index + 1) * pieceBytes),
    );
    // What lies across pieces takes more steps; of bytes by themselves that is everything.
    const inPieces = measureAudio(pieces, bytes.length, container, new StepBudget(bytes.length, 1e9));
    expect(inPieces).toEqual(whole);
  }
}

it.each<[string, Buffer, number]>([
  ['that was cut off', makeWav({ durationSeconds: 4 }).subarray(0, 44 + 2 * 32_000), 2],
  ['of a length that was not known', makeWav({ durationSeconds: 1.5, declaredDataBytes: 0xffffffff }), 1.5],
  ['of RF64', inLongWav(makeWav({ durationSeconds: 1.5 }), 'RF64'), 1.5],
  ['of BW64', inLongWav(makeWav({ durationSeconds: 1.5 }), 'BW64'), 1.5],
  ['of Wave64', inLongWav(makeWav({ durationSeconds: 1.5 }), 'W64'), 1.5],
])('counts the samples of a WAV file %s', (_what, bytes, seconds) => {
  expect(measure(bytes, 'wav')).toEqual({ kind: 'measured', seconds, method: 'counted' });
});

const ogg = fixture('opus.ogg');
const m4a = fixture('voice.m4a');
it.each<[string, AudioContainerName, Buffer]>([
  ['an Ogg file whose last granule is none', 'ogg', withLastGranule(ogg, -1n)],
  ['an Ogg file whose last granule is 2^62', 'ogg', withLastGranule(ogg, 2n ** 62n)],
  ['an Ogg file whose last granule is 2^63 - 1', 'ogg', withLastGranule(ogg, 2n ** 63n - 1n)],
  ['an Ogg file that claims 50 hours', 'ogg', withLastGranule(ogg, 50n * 3_600n * 48_000n)],
  ['an Ogg file that claims an hour', 'ogg', withLastGranule(ogg, 3_600n * 48_000n)],
  ['a Vorbis file that claims an hour', 'ogg', withLastGranule(fixture('vorbis.ogg'), 3_600n * 44_100n)],
  ['an MP4 file whose duration is 2^64 - 1', 'm4a', withMediaDuration(m4a, 2n ** 64n - 1n)],
  ['an MP4 file whose duration is 2^63', 'm4a', withMediaDuration(m4a, 2n ** 63n)],
  ['an MP4 file whose duration is 2^32 - 1', 'm4a', withMediaDuration(m4a, 0xffffffffn)],
  ['an AIFF file that claims 220 seconds of samples', 'aiff', withSampleFrames(fixture('voice.aiff'), 220 * 8_000)],
  ['an AIFF file of 2^32 - 1 samples', 'aiff', withSampleFrames(fixture('voice.aiff'), 0xffffffff)],
  ['an MP3 file that claims two minutes', 'mp3', withXingFrames(fixture('vbr-xing.mp3'), 4_600)],
  ['an MP3 file of 2^32 - 1 frames', 'mp3', withXingFrames(fixture('vbr-xing.mp3'), 0xffffffff)],
  ...[1e300, Number.NaN, -1, Number.POSITIVE_INFINITY, 0, 50 * 3_600_000].map(
    (ticks): [string, AudioContainerName, Buffer] => [
      `a WebM file that claims ${ticks} milliseconds`,
      'webm',
      withSegmentDuration(fixture('voice.webm'), ticks),
    ],
  ),
])('measures what is in %s', (_what, container, bytes) => {
  // The last page of an Ogg file, whose time cannot be true, may be left out.
  expect(Math.abs(secondsOf(measure(bytes, container)) - 2.2)).toBeLessThan(0.25);
});

it('adds up many packets without a trace of that in the sum', () => {
  const file = readFileSync('test/fixtures/media/webm-pipe.webm');
  expect(measureAudio(file, file.length, 'webm')).toEqual({ kind: 'measured', seconds: 2, method: 'counted' });
});

it('knows no duration of noise', () => {
  const noise = Buffer.from('this is not what it seems to be');
  for (const container of ['wav', 'mp3', 'webm', 'ogg', 'flac', 'caf', 'aiff', 'au', 'amr', 'ape'] as const) {
    expect(measure(noise, container)).toEqual(UNKNOWN);
  }
});

const silence = makeWav({ durationSeconds: 0.1 });
const id3 = Buffer.from('ID3\x04\0\0\0\0\x01\x02', 'latin1');
const box = (name: string, contents = '') => {
  const bytes = Buffer.from(`\0\0\0\0${name}${contents}`, 'latin1');
  bytes.writeUInt32BE(bytes.length);
  return bytes;
};

it.each<[string, AudioContainerName, Buffer, Measure['kind']]>([
  ['a tone', 'wav', makeWav({ durationSeconds: 0.1, toneHz: 440 }), 'measured'],
  ['silence, which is an answer', 'wav', silence, 'measured'],
  ['a header only', 'wav', makeWav({ durationSeconds: 0 }), 'empty'],
  ['a header that promises sound', 'wav', silence.subarray(0, 44), 'empty'],
  ['a header that was cut off', 'wav', silence.subarray(0, 40), 'empty'],
  ['a length that was never filled in', 'wav', makeWav({ durationSeconds: 0.1, declaredDataBytes: 0 }), 'measured'],
  ['no RIFF', 'wav', Buffer.concat([Buffer.from('RIFY'), silence.subarray(4)]), 'unknown'],
  ['tags only', 'mp3', Buffer.concat([id3, Buffer.alloc(130)]), 'empty'],
  ['tags at both ends', 'mp3', Buffer.concat([id3, Buffer.alloc(130), Buffer.alloc(128)]), 'empty'],
  ['tags and something', 'mp3', Buffer.concat([id3, Buffer.alloc(130), Buffer.alloc(417)]), 'unknown'],
  ['something without tags', 'mp3', Buffer.alloc(417, 0xff), 'unknown'],
  ['boxes without sound', 'm4a', Buffer.concat([box('ftyp', 'M4A '), box('moov', 'x'.repeat(50))]), 'empty'],
  ['an empty box of sound', 'mp4', Buffer.concat([box('ftyp', 'isom'), box('mdat'), box('moov')]), 'empty'],
  ['a box of something', 'm4a', Buffer.concat([box('ftyp', 'M4A '), box('moov'), box('mdat', 'sound')]), 'unknown'],
  ['a box to the end', 'mp4', Buffer.concat([box('ftyp', 'isom'), Buffer.from('\0\0\0\0mdat12')]), 'unknown'],
  ['the beginning of a page', 'ogg', Buffer.from('OggS'), 'unknown'],
  ['comments and no frame', 'flac', busyFlac(fixture('voice.flac'), 1_000), 'unknown'],
])('says whether there is sound: %s (%s)', (_what, container, bytes, kind) => {
  expect(measure(bytes, container).kind).toBe(kind);
});

it('gives up on a file of more parts than one of its size can have', () => {
  expect(measure(busyWebm(6 * 1024 * 1024), 'webm')).toEqual({
    kind: 'unknown',
    warning: expect.stringContaining('it has more parts than a recording of its size'),
  });
});
