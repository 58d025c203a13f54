import { createCipheriv } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import { findFrames } from './find-frames.js';
import { StepBudget } from './step-budget.js';

const fixture = (name: string): Buffer => readFileSync(`test/fixtures/audio/${name}`);
const find = (head: Buffer) => findFrames(head, new StepBudget(head.length));
const noise = createCipheriv('aes-128-ctr', 'k'.repeat(16), 'i'.repeat(16)).update(Buffer.alloc(1_000_000));

describe('findFrames', () => {
  it.each<[string, Buffer, string]>([
    ['MP3 that begins inside a frame', fixture('cbr.mp3').subarray(777), 'mp3'],
    ['MP3 after padding', Buffer.concat([Buffer.alloc(3000), fixture('vbr-bare.mp3')]), 'mp3'],
    ['AAC that begins inside a frame', fixture('voice.aac').subarray(100), 'aac'],
  ])('finds %s', (_, head, container) => {
    expect(find(head)).toBe(container);
  });

  it.each<[string, Buffer]>([
    ['noise', noise],
    ['what is compressed', deflateRawSync(Buffer.from(readdirSync('.').join(' ').repeat(9_000)))],
    ['UTF-16 text', Buffer.from('\ufeffHello, this is not audio.'.repeat(999), 'utf16le')],
    ['source text', readFileSync('src/uploads/measuring/find-frames.ts')],
    ['zeros', Buffer.alloc(256 * 1024)],
    ['ones', Buffer.alloc(256 * 1024, 255)],
    ['small numbers below zero', Buffer.alloc(256 * 1024, Buffer.from([0xfb, 0xff, 0xfa, 0xff, 0x90, 0xff]))],
    ['other audio', fixture('voice.aiff')],
    ['a file that has a recording in it', Buffer.concat([fixture('cbr.mp3'), noise])],
  ])('finds nothing in %s', (_, head) => {
    expect(find(head)).toBeUndefined();
  });
});
