import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { makeWav } from '../../test/support/audio.js';
import type { AudioContainerName } from './audio-container.js';
import { probeAudio } from './audio-probe.js';

const source = (bytes: Buffer) => ({
  sizeBytes: bytes.length,
  stream: () => Readable.from([bytes], { objectMode: false }),
});
const fixture = (name: string): Buffer => readFileSync(`test/fixtures/audio/${name}`);

describe('probeAudio', () => {
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
  ])('measures %s to a tenth of a second', async (name, container) => {
    const facts = await probeAudio(source(fixture(name)), container, 5000);
    expect(facts.container).toBe(container);
    expect(Math.abs((facts.durationSeconds ?? NaN) - 2.2)).toBeLessThan(0.1);
  });

  it('believes the bytes, not the header, about the length of a cut WAV file', async () => {
    const cut = makeWav({ durationSeconds: 4 }).subarray(0, 44 + 2 * 32_000);
    expect((await probeAudio(source(cut), 'wav', 5000)).durationSeconds).toBe(2);
  });

  it('measures a WAV file written by somebody who could not know its length', async () => {
    const wav = makeWav({ durationSeconds: 1.5, declaredDataBytes: 0xffffffff });
    expect((await probeAudio(source(wav), 'wav', 5000)).durationSeconds).toBe(1.5);
  });

  it.each<[string, Buffer]>([
    ['noise', Buffer.from('this is not what it seems to be')],
    ['a header and nothing else', makeWav({ durationSeconds: 0 })],
  ])('knows no duration of %s', async (_what, bytes) => {
    for (const container of ['wav', 'mp3', 'mp4', 'webm', 'ogg', 'flac', 'caf'] as const) {
      expect(await probeAudio(source(bytes), container, 5000)).toEqual({ container, durationSeconds: undefined });
    }
  });

  it('gives up on a source that stalls or fails', async () => {
    const stalling = { sizeBytes: 99_999, stream: () => new Readable({ read: () => undefined }) };
    expect(await probeAudio(stalling, 'mp3', 20)).toEqual({ container: 'mp3', durationSeconds: undefined });
    const failing = {
      sizeBytes: 1,
      stream: () => {
        throw new Error('disposed');
      },
    };
    expect(await probeAudio(failing, 'webm', 5000)).toEqual({ container: 'webm', durationSeconds: undefined });
  });
});
