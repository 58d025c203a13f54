import { assert, constantFrom, property, string } from 'fast-check';
import { audioContainers, extensionsOf, type AudioContainerName } from '../domain/audio-container.js';
import { repairFilename } from './audio-filename.js';

describe('repairFilename', () => {
  it.each<[string, AudioContainerName, string]>([
    ['talk.mp3', 'mp3', 'talk.mp3'],
    ['talk.MP3', 'mp3', 'talk.mp3'],
    ['talk.mpga', 'mp3', 'talk.mpga'],
    ['talk.mpeg', 'mp3', 'talk.mpeg'],
    ['talk.m4a', 'mp4', 'talk.m4a'],
    ['talk.mp4', 'm4a', 'talk.mp4'],
    ['talk.m4b', 'm4a', 'talk.m4a'],
    ['talk.oga', 'ogg', 'talk.oga'],
    ['PTT-20240512.opus', 'ogg', 'PTT-20240512.ogg'],
    ['talk.mp3', 'm4a', 'talk.m4a'],
    ['talk.wav', 'webm', 'talk.webm'],
    ['talk.txt', 'flac', 'talk.flac'],
    ['blob', 'webm', 'blob.webm'],
    ['talk.tar.gz', 'wav', 'talk.tar.wav'],
    ['Meeting 3.12', 'wav', 'Meeting 3.12.wav'],
    ['Dr. Who', 'wav', 'Dr. Who.wav'],
    ['talk.', 'wav', 'talk..wav'],
    ['talk.3gp', 'mp4', 'talk.mp4'],
    ['talk.m4a', '3gp', 'talk.m4a'],
    ['talk.3gp', '3gp', 'talk.3gp'],
    ['talk', '3gp', 'talk.mp4'],
    ['talk.m4a', 'mov', 'talk.m4a'],
    ['talk.mov', 'mov', 'talk.mov'],
    ['talk.mp3', 'mov', 'talk.mp4'],
    ['talk.webm', 'mkv', 'talk.webm'],
    ['talk.mkv', 'mkv', 'talk.mkv'],
    ['talk', 'mkv', 'talk.webm'],
    ['talk.mkv', 'webm', 'talk.webm'],
    ['talk.mp2', 'mp3', 'talk.mp2'],
    ['talk', 'asf', 'talk.wma'],
    ['', 'wav', 'audio.wav'],
    ['.mp3', 'mp3', 'mp3.mp3'],
    ['../../etc/passwd', 'wav', 'passwd.wav'],
    ['C:\\fakepath\\talk.wav', 'wav', 'talk.wav'],
    ['Gespräch – 日本語 🎙️.wav', 'wav', 'Gespräch – 日本語 🎙️.wav'],
    ['a"b\r\nX-Evil: 1\u0000\u202egpj.wav', 'wav', 'abX-Evil: 1gpj.wav'],
    ["Anna's memo.m4a", 'm4a', "Anna's memo.m4a"],
  ])('%j in %s becomes %j', (clientName, container, expected) => {
    expect(repairFilename(clientName, container)).toBe(expected);
  });

  it('caps the length without cutting a character or the extension', () => {
    const name = repairFilename('🎙'.repeat(500) + '.wav', 'wav');
    expect(name).toBe('🎙'.repeat(196) + '.wav');
  });

  it('always gives a safe name with a right extension, and is happy with its own answers', () => {
    const containers = Object.keys(audioContainers) as AudioContainerName[];
    assert(
      property(string({ unit: 'binary' }), constantFrom(...containers), (clientName, container) => {
        const name = repairFilename(clientName, container);
        expect(name).toMatch(/^[^\p{Cc}\p{Cs}"/\\]+\.[a-z0-9]+$/u);
        expect(Array.from(name).length).toBeLessThanOrEqual(200);
        expect(extensionsOf(container)).toContain(name.slice(name.lastIndexOf('.') + 1));
        expect(repairFilename(name, container)).toBe(name);
      }),
    );
  });
});
