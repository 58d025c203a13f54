import { readFileSync } from 'node:fs';
import { makeWav } from '../../../test/support/audio.js';
import { audioFormats, type AudioFormat, spokenAudio } from '../../../test/support/spoken-audio.js';
import { wavHeader } from '../../domain/wav-header.js';
import { makeSpeech, secondsOf } from '../../providers/sandbox/sandbox.speech.js';
import { meterFor } from './meter-for.js';

/** The recordings in test/fixtures are cut after 2.2 s; codecs add up to two frames. */
const LENGTHS: Readonly<Record<AudioFormat, readonly [number, number]>> = {
  mp3: [2.2, 2.27],
  opus: [2.19, 2.21],
  aac: [2.2, 2.27],
  flac: [2.2, 2.2001],
  wav: [1.5, 1.5],
  pcm: [1.5, 1.5],
};

function measure(format: AudioFormat, audio: Buffer, pieceBytes: number): number | undefined {
  const meter = meterFor(format);
  for (let at = 0; at < audio.length; at += pieceBytes) meter.add(audio.subarray(at, at + pieceBytes));
  return meter.seconds;
}

describe('a meter of audio', () => {
  it.each(audioFormats)('tells how long %s is, however it is cut', (format) => {
    const audio = spokenAudio(format);
    const [least, most] = LENGTHS[format];
    const whole = measure(format, audio, audio.length);
    expect(whole).toBeGreaterThanOrEqual(least);
    expect(whole).toBeLessThanOrEqual(most);
    for (const pieceBytes of [1, 2, 7, 100, 4096]) expect(measure(format, audio, pieceBytes)).toBe(whole);
  });

  it.each(audioFormats)('tells how much of %s has come when it breaks off', (format) => {
    // One says the whole at its beginning, the other in pages of a second.
    if (format === 'flac' || format === 'opus') return;
    const audio = spokenAudio(format);
    const half = measure(format, audio.subarray(0, audio.length / 2), 100) ?? 0;
    expect(half / (measure(format, audio, 100) ?? 1)).toBeGreaterThan(0.3);
    expect(half / (measure(format, audio, 100) ?? 1)).toBeLessThan(0.7);
  });

  it('counts the pages of Opus that have come to their end', () => {
    const audio = spokenAudio('opus');
    const lengths = [...audio.keys()].map((end) => measure('opus', audio.subarray(0, end), audio.length) ?? 0);
    expect(new Set(lengths).size).toBeLessThan(6);
    expect(lengths.slice(0, 500)).toEqual(Array.from({ length: 500 }, () => 0));
    expect(lengths.toSorted((left, right) => left - right)).toEqual(lengths);
  });

  it.each(['id3.mp3', 'vbr-xing.mp3', 'vbr-bare.mp3'])('passes over what is no sound in %s', (name) => {
    const audio = readFileSync(new URL(`../../../test/fixtures/audio/${name}`, import.meta.url));
    const seconds = measure('mp3', audio, 333) ?? 0;
    expect(seconds).toBeGreaterThanOrEqual(2.2);
    expect(seconds).toBeLessThan(2.32);
  });

  it('counts the frames of FLAC whose length nobody has written', () => {
    const audio = Buffer.from(spokenAudio('flac'));
    const told = measure('flac', audio, audio.length);
    // The number of samples in STREAMINFO.
    audio.fill(0, 22, 26);
    expect(audio.readUInt8(21) & 0x0f).toBe(0);
    for (const pieceBytes of [1, 50, audio.length]) expect(measure('flac', audio, pieceBytes)).toBe(told);
  });

  it('counts the samples of WAV whatever its header says, and by the rate of the header', () => {
    const pcm = spokenAudio('pcm');
    expect(measure('wav', Buffer.concat([wavHeader(), pcm]), 10)).toBe(1.5);
    expect(measure('wav', makeWav({ durationSeconds: 0.5, sampleRate: 48_000, declaredDataBytes: 0 }), 10)).toBe(0.5);
  });

  it('is as long as the text in the sandbox, in every format', () => {
    for (const format of ['mp3', 'wav', 'pcm'] as const) {
      const seconds = measure(format, Buffer.concat([...makeSpeech('Twenty characters !!', format)]), 1_000);
      expect(seconds).toBeCloseTo(secondsOf('Twenty characters !!'), 6);
    }
  });

  it.each(audioFormats)('does not stumble over noise that should be %s', (format) => {
    const noise = Buffer.alloc(300_000);
    let state = 7;
    for (let index = 0; index < noise.length; index += 1) {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      noise[index] = state >> 16;
    }
    expect(() => measure(format, noise, 777)).not.toThrow();
    expect(() => measure(format, Buffer.concat([spokenAudio(format), noise]), 777)).not.toThrow();
    expect(() => measure(format, Buffer.alloc(100_000, 0xff), 777)).not.toThrow();
  });
});
