import { readFileSync } from 'node:fs';
import { makeWav } from './audio.js';

/** Every format of OpenAI's speech. */
export const audioFormats = ['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm'] as const;
export type AudioFormat = (typeof audioFormats)[number];

/** What a simulated provider says, whatever it is asked to say: 1.5 seconds in `wav` and `pcm`, 2.2 in the others. */
export const SPOKEN_WAV = makeWav({ durationSeconds: 1.5, sampleRate: 24_000, toneHz: 440 });

const FILES = { mp3: 'cbr.mp3', opus: 'opus.ogg', aac: 'voice.aac', flac: 'voice.flac' } as const;

/** The speech of a simulated provider in one of OpenAI's formats. */
export function spokenAudio(format: AudioFormat): Buffer {
  if (format === 'wav') return SPOKEN_WAV;
  if (format === 'pcm') return SPOKEN_WAV.subarray(44);
  return readFileSync(new URL(`../fixtures/audio/${FILES[format]}`, import.meta.url));
}

/** In pieces of this size, as a provider sends them. */
export function* inPieces(audio: Buffer, pieceBytes = 4_096): Generator<Buffer> {
  for (let at = 0; at < audio.length; at += pieceBytes) yield audio.subarray(at, at + pieceBytes);
}

/** The same samples as floats of 32 bits, as Mistral's `pcm` has them. */
export function asFloats(pcm: Buffer): Buffer {
  const floats = Buffer.alloc(pcm.length * 2);
  for (let index = 0; index < pcm.length / 2; index += 1) {
    floats.writeFloatLE(pcm.readInt16LE(index * 2) / 32_767, index * 4);
  }
  return floats;
}
