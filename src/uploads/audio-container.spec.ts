import { createCipheriv } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { audioContainers, sniffContainer, type AudioContainerName } from './audio-container.js';
import type { SpooledBytes } from './memory-or-temp-file.js';

const held = (bytes: Buffer): SpooledBytes => ({
  sizeBytes: bytes.length,
  place: bytes,
  stream: () => Readable.from([bytes], { objectMode: false }),
  [Symbol.asyncDispose]: () => Promise.resolve(),
});
const fixture = (name: string): Buffer => readFileSync(`test/fixtures/audio/${name}`);

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=',
  'base64',
);
const EMPTY_ZIP = Buffer.from('504b0506000000000000000000000000000000000000', 'hex');

describe('sniffContainer', () => {
  it.each<[string, AudioContainerName]>([
    ['speech.wav', 'wav'],
    ['cbr.mp3', 'mp3'],
    ['id3.mp3', 'mp3'],
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
    ['live.webm', 'webm'],
    ['voice.mkv', 'mkv'],
    ['voice.aiff', 'aiff'],
    ['voice.caf', 'caf'],
  ])('knows %s in memory and on disk', async (name, container) => {
    expect(await sniffContainer(held(fixture(name)))).toEqual({ container });
    const path = `test/fixtures/audio/${name}`;
    expect(await sniffContainer({ ...held(fixture(name)), place: path })).toEqual({ container });
  });

  it.each<[string, Buffer, AudioContainerName]>([
    ['MP3 that begins inside a frame', fixture('cbr.mp3').subarray(777), 'mp3'],
    ['MP3 after padding', Buffer.concat([Buffer.alloc(3000), fixture('vbr-bare.mp3')]), 'mp3'],
    ['AAC that begins inside a frame', fixture('voice.aac').subarray(100), 'aac'],
    [
      'MP3 of more than is searched',
      Buffer.concat([Buffer.alloc(3000), ...Array.from({ length: 60 }, () => fixture('cbr.mp3'))]),
      'mp3',
    ],
    ['AMR', Buffer.from('#!AMR\n\x3c\x08'), 'amr'],
  ])('finds %s', async (_what, bytes, container) => {
    expect(await sniffContainer(held(bytes))).toEqual({ container });
  });

  it.each<[string, Buffer, string]>([
    ['text', Buffer.from('Hello, this is not audio.'), 'text'],
    ['one letter', Buffer.from('x'), 'text'],
    ['text that is cut inside a character', Buffer.from('a'.repeat(1023) + 'é'.repeat(9)), 'text'],
    ['UTF-16 text', Buffer.from('\ufeffHello, this is not audio.'.repeat(9), 'utf16le'), 'text'],
    ['JSON', Buffer.from(' {"error": "not found"}'), 'JSON text'],
    ['HTML', Buffer.from('\n<!DOCTYPE html><title>Login</title>'), 'an HTML page'],
    ['PDF', Buffer.from('%PDF-1.4\n1 0 obj'), 'application/pdf'],
    ['PNG', PNG, 'image/png'],
    ['ZIP', EMPTY_ZIP, 'application/zip'],
    ['zeros', Buffer.alloc(50_000), 'data of unknown type'],
  ])('names %s', async (_what, bytes, found) => {
    expect(await sniffContainer(held(bytes))).toEqual({ found });
  });

  it('does not take noise for audio', async () => {
    const noise = held(createCipheriv('aes-128-ctr', 'k'.repeat(16), 'i'.repeat(16)).update(Buffer.alloc(300_000)));
    expect(await sniffContainer(noise)).toEqual({ found: 'data of unknown type' });
  });

  it('has one owner for every type that file-type reports', () => {
    const all = Object.values(audioContainers).flatMap((it) => it.sniffedAs);
    expect(all).toHaveLength(new Set(all).size);
  });
});
