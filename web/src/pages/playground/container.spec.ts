import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { containerOf } from './container';

it.each([
  ['speech.wav', 'wav'],
  ['voice.m4a', 'm4a'],
  ['voice.mp4', 'mp4'],
  ['voice.mov', 'mov'],
  ['voice.flac', 'flac'],
  ['opus.ogg', 'ogg'],
  ['voice.webm', 'webm'],
  ['voice.mkv', 'mkv'],
  ['id3.mp3', 'mp3'],
  ['cbr.mp3', 'mp3'],
  ['voice.aac', 'aac'],
  ['README.md', undefined],
])('%s is %s', (name, container) => {
  expect(containerOf(readFileSync(join('test/fixtures/audio', name)))).toBe(container);
});

it('nothing is in no container', () => {
  expect(containerOf(new Uint8Array())).toBeUndefined();
});
