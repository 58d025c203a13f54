import { Readable } from 'node:stream';
import { makeWav } from '../../test/support/audio.js';
import type { AudioContainerName } from './audio-container.js';
import { findNothingToHear } from './nothing-to-hear.js';

function find(container: AudioContainerName, file: Buffer, sliceBytes = 7) {
  const slices = function* () {
    for (let at = 0; at < file.length; at += sliceBytes) yield file.subarray(at, at + sliceBytes);
  };
  return findNothingToHear(
    { sizeBytes: file.length, stream: () => Readable.from(slices(), { objectMode: false }) },
    container,
  );
}

/** Changes some bytes of a file. */
function patched(file: Buffer, at: number, bytes: readonly number[]): Buffer {
  const copy = Buffer.from(file);
  copy.set(bytes, at);
  return copy;
}

const silence = makeWav({ durationSeconds: 0.1 });
const eightBit = (sample: number) =>
  Buffer.concat([patched(silence, 34, [8]).subarray(0, 44), Buffer.alloc(3200, sample)]);
const listChunk = Buffer.from('LIST\x03\0\0\0abc\0', 'latin1');
const id3 = Buffer.from('ID3\x04\0\0\0\0\x01\x02', 'latin1');
const box = (name: string, contents = '') => {
  const bytes = Buffer.from(`\0\0\0\0${name}${contents}`, 'latin1');
  bytes.writeUInt32BE(bytes.length);
  return bytes;
};

describe('findNothingToHear', () => {
  it.each<[string, AudioContainerName, Buffer, 'empty' | 'silent' | undefined]>([
    ['a tone', 'wav', makeWav({ durationSeconds: 0.1, toneHz: 440 }), undefined],
    ['silence', 'wav', silence, 'silent'],
    ['silence of two channels', 'wav', makeWav({ durationSeconds: 0.1, channels: 2 }), 'silent'],
    ['one sample of sound at the end', 'wav', patched(silence, silence.length - 1, [1]), undefined],
    ['silence of eight bits', 'wav', eightBit(0x80), 'silent'],
    ['the loudest sound of eight bits', 'wav', eightBit(0), undefined],
    ['silence of floating point samples', 'wav', patched(silence, 20, [3]), 'silent'],
    ['zeros of A-law, which are loud', 'wav', patched(silence, 20, [6]), undefined],
    ['silence of unknown length', 'wav', makeWav({ durationSeconds: 0.1, declaredDataBytes: 0xffffffff }), 'silent'],
    ['silence, then a chunk of text', 'wav', Buffer.concat([silence, listChunk]), 'silent'],
    [
      'a chunk of text, then silence',
      'wav',
      Buffer.concat([silence.subarray(0, 36), listChunk, silence.subarray(36)]),
      'silent',
    ],
    ['a header only', 'wav', makeWav({ durationSeconds: 0 }), 'empty'],
    ['a header that promises sound', 'wav', silence.subarray(0, 44), 'empty'],
    ['a header that was cut off', 'wav', silence.subarray(0, 40), 'empty'],
    ['a length that was never filled in', 'wav', makeWav({ durationSeconds: 0.1, declaredDataBytes: 0 }), undefined],
    ['no RIFF', 'wav', patched(silence, 3, [0x58]), undefined],
    ['tags only', 'mp3', Buffer.concat([id3, Buffer.alloc(130)]), 'empty'],
    ['tags at both ends', 'mp3', Buffer.concat([id3, Buffer.alloc(130), Buffer.alloc(128)]), 'empty'],
    ['tags and sound', 'mp3', Buffer.concat([id3, Buffer.alloc(130), Buffer.alloc(417)]), undefined],
    ['sound without tags', 'mp3', Buffer.alloc(417, 0xff), undefined],
    ['boxes without sound', 'm4a', Buffer.concat([box('ftyp', 'M4A '), box('moov', 'x'.repeat(50))]), 'empty'],
    ['an empty box of sound', 'mp4', Buffer.concat([box('ftyp', 'isom'), box('mdat'), box('moov')]), 'empty'],
    ['a box of sound', 'm4a', Buffer.concat([box('ftyp', 'M4A '), box('moov'), box('mdat', 'sound')]), undefined],
    [
      'a box that goes on to the end',
      'mp4',
      Buffer.concat([box('ftyp', 'isom'), Buffer.from('\0\0\0\0mdat12')]),
      undefined,
    ],
    ['what is not looked at', 'ogg', Buffer.from('OggS'), undefined],
  ])('%s (%s)', async (_, container, file, expected) => {
    await expect(find(container, file)).resolves.toBe(expected);
    await expect(find(container, file, 64 * 1024)).resolves.toBe(expected);
  });

  it('stops reading at the first sound', async () => {
    let read = 0;
    const file = makeWav({ durationSeconds: 60, toneHz: 440 });
    const slices = function* () {
      for (let at = 0; at < file.length; at += 1024) {
        read += 1;
        yield file.subarray(at, at + 1024);
      }
    };
    const stream = Readable.from(slices(), { objectMode: false, highWaterMark: 1024 });
    await findNothingToHear({ sizeBytes: file.length, stream: () => stream }, 'wav');
    expect(read).toBeLessThan(10);
    expect(stream.destroyed).toBe(true);
  });
});
