import { makeWav } from '../../test/support/audio.js';
import { isOpenAiPcm, MAX_WAV_HEADER_BYTES, readWavHeader, wavHeader } from './wav-header.js';

const wav = makeWav({ durationSeconds: 0.1, sampleRate: 24_000 });

describe('the header of a WAV file', () => {
  it('is understood when it is made here, and says that nobody knows the length', () => {
    const header = wavHeader();
    expect(readWavHeader(header)).toEqual({
      encoding: 1,
      channels: 1,
      sampleRate: 24_000,
      bitsPerSample: 16,
      bytesPerSecond: 48_000,
      dataAt: 44,
    });
    expect([header.readUInt32LE(4), header.readUInt32LE(40)]).toEqual([0xffffffff, 0xffffffff]);
  });

  it('is awaited until the samples begin', () => {
    for (let length = 0; length < 44; length += 1) expect(readWavHeader(wav.subarray(0, length))).toBeUndefined();
    expect(readWavHeader(wav.subarray(0, 44))).toMatchObject({ dataAt: 44 });
  });

  it('may have notes in it', () => {
    const note = Buffer.concat([Buffer.from('LIST\x05\0\0\0hello\0', 'latin1')]);
    const noted = Buffer.concat([wav.subarray(0, 36), note, wav.subarray(36)]);
    expect(readWavHeader(noted)).toMatchObject({ dataAt: 44 + note.length });
  });

  it.each([
    ['another file', Buffer.from('OggS............................')],
    ['samples without a format', Buffer.concat([wav.subarray(0, 12), wav.subarray(36)])],
    [
      'a note without an end',
      Buffer.concat([
        wav.subarray(0, 12),
        Buffer.from('LIST\xff\xff\xff\x7f', 'latin1'),
        Buffer.alloc(MAX_WAV_HEADER_BYTES),
      ]),
    ],
  ])('is none in %s', (_what, bytes) => {
    expect(readWavHeader(bytes)).toBe('none');
  });

  it.each<[object, boolean]>([
    [{}, true],
    [{ sampleRate: 48_000 }, false],
    [{ channels: 2 }, false],
  ])('tells whether the samples are those of OpenAI: %j', (over, expected) => {
    const header = readWavHeader(makeWav({ durationSeconds: 0.1, sampleRate: 24_000, ...over }));
    expect(typeof header === 'object' && isOpenAiPcm(header)).toBe(expected);
  });

  it('is understood where the encoding stands in a GUID', () => {
    const extensible = Buffer.alloc(68);
    wav.copy(extensible, 0, 0, 16);
    extensible.writeUInt32LE(40, 16);
    wav.copy(extensible, 20, 20, 36);
    extensible.writeUInt16LE(0xfffe, 20);
    extensible.writeUInt16LE(3, 44);
    extensible.write('data', 60, 'latin1');
    expect(readWavHeader(extensible)).toMatchObject({ encoding: 3, dataAt: 68 });
  });
});
