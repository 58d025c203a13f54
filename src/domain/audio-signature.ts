import type { SpeechFormat } from './speech.js';

/** How many bytes tell a format. */
export const SIGNATURE_BYTES = 16;

/** Which of the formats of speech the bytes begin like; undefined = none that has a signature, as `pcm` has none. */
export function formatOf(head: Buffer): Exclude<SpeechFormat, 'pcm'> | undefined {
  const text = head.toString('latin1', 0, 12);
  if (/^(?:RIFF|RF64)[^]{4}WAVE/.test(text)) return 'wav';
  if (text.startsWith('fLaC')) return 'flac';
  if (text.startsWith('OggS')) return 'opus';
  if (text.startsWith('ID3')) return 'mp3';
  const [first = 0, second = 0] = head;
  // A frame of MPEG audio: eleven set bits, and of the layer two bits that are none in ADTS.
  if (first !== 0xff || (second & 0xe0) !== 0xe0) return undefined;
  if ((second & 0x06) === 0) return (second & 0xf0) === 0xf0 ? 'aac' : undefined;
  return 'mp3';
}

/** Whether the bytes are text that people can read, as errors and web pages are and audio is not. */
export function isReadable(head: Buffer): boolean {
  return head.every((byte) => (byte >= 0x20 && byte <= 0x7e) || byte === 0x09 || byte === 0x0a || byte === 0x0d);
}
