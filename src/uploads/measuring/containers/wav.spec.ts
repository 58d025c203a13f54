import { readFileSync } from 'node:fs';
import { makeWav } from '../../../../test/support/audio.js';
import { inLongWav } from '../../../../test/support/lying-audio.js';
import { ByteWindow } from '../byte-window.js';
import { StepBudget } from '../step-budget.js';
import type { Walked } from '../walk.js';
import { walkWav } from './wav.js';

const tone = makeWav({ durationSeconds: 1.5, toneHz: 440 });
const DATA_BYTES = tone.length - 44;
const list = Buffer.from('LIST\x04\0\0\0abcd', 'latin1');

/** Changes some bytes of a file. */
function patched(file: Buffer, at: number, bytes: readonly number[]): Buffer {
  const copy = Buffer.from(file);
  copy.set(bytes, at);
  return copy;
}

/** Another `fmt ` in front of the same samples. */
function withFormat(format: readonly [at: number, value: number, length: 2 | 4][], lengthBytes = 16): Buffer {
  const header = Buffer.alloc(lengthBytes);
  tone.copy(header, 0, 20, 36);
  for (const [at, value, length] of format) header.writeUIntLE(value, at, length);
  const before = Buffer.from(tone.subarray(0, 20));
  before.writeUInt32LE(lengthBytes, 16);
  return Buffer.concat([before, header, tone.subarray(36)]);
}

function bigEndian(): Buffer {
  const file = Buffer.from(tone);
  file.write('RIFX', 0, 'latin1');
  for (const at of [4, 16, 24, 28, 40]) file.writeUInt32BE(file.readUInt32LE(at), at);
  for (const at of [20, 22, 32, 34]) file.writeUInt16BE(file.readUInt16LE(at), at);
  return file;
}

/** In a codec, with other samples: as many bytes, of the same again and again. */
function withSound(format: Parameters<typeof withFormat>[0], pattern: Buffer): Buffer {
  const file = withFormat(format, 28);
  return file.fill(pattern, file.length - DATA_BYTES);
}

/** 250 packets of 192 bytes; the flags tell whether frames go on from one to the next. */
function wmaFormat(flags: number): Parameters<typeof withFormat>[0] {
  return [
    [0, 0x161, 2],
    [12, 192, 2],
    [16, 10, 2],
    [18, 0, 4],
    [22, flags, 2],
  ];
}

function flashFormat(blockBytes: number): Parameters<typeof withFormat>[0] {
  return [
    [0, 0x5346, 2],
    [12, blockBytes, 2],
  ];
}

function walk(file: Buffer): Walked | undefined {
  const steps = new StepBudget(file.length);
  return walkWav(new ByteWindow(file, file.length, steps), steps);
}

/** 512 samples at 48 kHz. */
const dtsFrame = Buffer.concat([Buffer.from('7ffe8001fc3c05f0b4', 'hex'), Buffer.alloc(87, 1)]);

/** 24 ms of MPEG 1 layer III each. */
const mp3Frames = Buffer.alloc(96 * 50);
for (let at = 0; at < mp3Frames.length; at += 96) mp3Frames.set([0xff, 0xfb, 0x14, 0xc4], at);

describe('WAV', () => {
  it.each<[string, Buffer, number | undefined]>([
    ['as it should be', tone, 1.5],
    ['of two channels', makeWav({ durationSeconds: 2, channels: 2, sampleRate: 44_100 }), 2],
    ['of a length that was never filled in', patched(tone, 40, [0, 0, 0, 0]), 1.5],
    ['of a length that was not known', patched(tone, 40, [255, 255, 255, 255]), 1.5],
    ['of the length that sox writes into a pipe', patched(tone, 40, [0, 0xf0, 0xff, 0x7f]), 1.5],
    ['that was cut off', tone.subarray(0, 44 + 32_000), 1],
    ['with text in front', Buffer.concat([tone.subarray(0, 36), list, tone.subarray(36)]), 1.5],
    ['with text behind', Buffer.concat([tone, list]), 1.5],
    [
      'with an odd chunk in front',
      Buffer.concat([tone.subarray(0, 36), Buffer.from('cue \x03\0\0\0abc\0', 'latin1'), tone.subarray(36)]),
      1.5,
    ],
    ['without samples', makeWav({ durationSeconds: 0 }), 0],
    ['without samples and with text behind', Buffer.concat([makeWav({ durationSeconds: 0 }), list, list]), 0],
    ['that promises samples', tone.subarray(0, 44), 0],
    ['that was cut off in its header', tone.subarray(0, 40), 0],
    ['of big numbers first (RIFX)', bigEndian(), 1.5],
    ['of eight bits', withFormat([[14, 8, 2]]), 3],
    ['of 24 bits', withFormat([[14, 24, 2]]), 1],
    [
      'of floating point samples',
      withFormat([
        [0, 3, 2],
        [14, 32, 2],
      ]),
      0.75,
    ],
    [
      'in A-law',
      withFormat([
        [0, 6, 2],
        [14, 8, 2],
      ]),
      3,
    ],
    [
      'in the extensible form',
      withFormat(
        [
          [0, 0xfffe, 2],
          [24, 1, 2],
        ],
        40,
      ),
      1.5,
    ],
    [
      'in ADPCM',
      withFormat(
        [
          [0, 0x11, 2],
          [12, 256, 2],
          [18, 505, 2],
        ],
        20,
      ),
      ((DATA_BYTES / 256) * 505) / 16_000,
    ],
    [
      'in GSM 6.10',
      withFormat(
        [
          [0, 0x31, 2],
          [4, 8000, 4],
          [12, 65, 2],
          [18, 320, 2],
        ],
        20,
      ),
      ((DATA_BYTES / 65) * 320) / 8_000,
    ],
    [
      'in MP3',
      Buffer.concat([withFormat([[0, 0x55, 2]]).subarray(0, 40), Buffer.alloc(4, 255), Buffer.alloc(1000), mp3Frames]),
      1.2,
    ],
    ['of dictation in TrueSpeech', withFormat([[0, 0x22, 2]]), ((DATA_BYTES / 32) * 240) / 16_000],
    ['of telephony in G.729', withFormat([[0, 0x83, 2]]), ((DATA_BYTES / 10) * 80) / 16_000],
    ["of telephony in Dialogic's ADPCM", withFormat([[0, 0x17, 2]]), (DATA_BYTES * 2) / 16_000],
    ['in WMA, a frame in each packet', withSound(wmaFormat(1), Buffer.alloc(1)), 249 * 0.032],
    // Each packet says that five frames end in it; the first of the first one has no beginning.
    ['in WMA, several frames in a packet', withSound(wmaFormat(2), Buffer.from([5])), (4 + 249 * 5 - 1) * 0.032],
    ['in WMA without packets', withFormat([[0, 0x161, 2]], 28), undefined],
    ["in Flash's ADPCM", withSound(flashFormat(1_200), Buffer.from([0x80])), (40 * 2_395) / 16_000],
    ["in Flash's ADPCM without blocks", withSound(flashFormat(0), Buffer.from([0x80])), undefined],
    ['in DTS', withSound([[0, 0x2001, 2]], dtsFrame), 500 / 93.75],
    ['in FLAC', readFileSync('test/fixtures/media/wav-flac.wav'), 0.4],
    ['in a codec that is not known', withFormat([[0, 0x162, 2]]), undefined],
    [
      'whose byte rate and block size are lies',
      withFormat([
        [8, 1, 4],
        [12, 1, 2],
      ]),
      1.5,
    ],
    ['of a senseless rate', withFormat([[4, 0xffffffff, 4]]), undefined],
    ['of no channel', withFormat([[2, 0, 2]]), undefined],
    ['of no bits', withFormat([[14, 0, 2]]), undefined],
    ['of ADPCM without blocks', withFormat([[0, 0x11, 2]]), undefined],
    ['RF64', inLongWav(tone, 'RF64'), 1.5],
    ['BW64', inLongWav(tone, 'BW64'), 1.5],
    ['RF64 of a length that was never filled in', inLongWav(tone, 'RF64', 0n), 1.5],
    ['RF64 of an endless length', inLongWav(tone, 'RF64', 2n ** 64n - 1n), 1.5],
    ['Wave64', inLongWav(tone, 'W64'), 1.5],
    ['Wave64 of an endless length', inLongWav(tone, 'W64', 2n ** 63n), 1.5],
    ['Wave64 of a length that was never filled in', inLongWav(tone, 'W64', 0n), 1.5],
    ['Wave64 whose length is that of nothing at all', inLongWav(tone, 'W64', -24n), 1.5],
    [
      'with an odd chunk that lacks its padding',
      Buffer.concat([tone.subarray(0, 36), Buffer.from('cue \x03\0\0\0abc', 'latin1'), tone.subarray(36)]),
      1.5,
    ],
    ['of samples in two chunks', Buffer.concat([tone, tone.subarray(36)]), 3],
  ])('measures a file %s', (_what, file, seconds) => {
    const walked = walk(file);
    if (seconds === undefined) expect(walked).toBeUndefined();
    else expect(walked?.seconds).toBeCloseTo(seconds, 6);
  });

  it.each<[string, Buffer]>([
    ['no WAV file', Buffer.from('fLaC'.padEnd(100))],
    ['a magic word that objects have', Buffer.from('constructor')],
    [
      'chunks without end',
      Buffer.concat([tone.subarray(0, 36), ...Array.from({ length: 5000 }, () => list), tone.subarray(36)]),
    ],
  ])('knows nothing of %s', (_what, file) => {
    expect(walk(file)).toBeUndefined();
  });
});
