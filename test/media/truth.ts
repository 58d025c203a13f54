import { runProgram } from './program.js';

/**
 * Who decodes into a WAV file in a pipe: ffmpeg, but for MP3 of free format, which it does not know, and AMR with pauses, of which it
 * plays only what is between them.
 */
const decoders = {
  ffmpeg: (file) => `ffmpeg -v quiet -nostdin -i ${file} -map a:0 -c:a pcm_s16le -bitexact -f wav -`,
  lame: (file) => `lame --quiet --decode --mp3input ${file} -`,
  'sox amr-nb': (file) => `sox -t amr-nb ${file} -b 16 -t wav -`,
  'sox amr-wb': (file) => `sox -t amr-wb ${file} -b 16 -t wav -`,
} satisfies Record<string, (file: string) => string>;
export type Decoder = keyof typeof decoders;

/**
 * How long a recording plays once it is decoded, whatever its headers say: the samples that come out of a decoder.
 * @param file its name, without spaces
 * @returns seconds; undefined where the decoder makes no sample of it
 */
export async function decodedSeconds(
  folder: string,
  file: string,
  decoder: Decoder = 'ffmpeg',
): Promise<number | undefined> {
  const counter = new SampleCounter();
  await runProgram(decoders[decoder](file).split(' '), folder, (piece) => counter.add(piece), PATIENCE_MS);
  return counter.seconds > 0 ? counter.seconds : undefined;
}

/** sox never ends with two files of AMR in one: then it makes nothing of them. */
const PATIENCE_MS = 5_000;

/** How far into a WAV file the samples begin at most. */
const HEAD_BYTES = 256;

/** Counts the samples of a WAV file of 16 bits as it is written. */
class SampleCounter {
  private head = Buffer.alloc(0);
  private sizeBytes = 0;

  add(piece: Buffer): void {
    if (this.head.length < HEAD_BYTES) this.head = Buffer.concat([this.head, piece.subarray(0, HEAD_BYTES)]);
    this.sizeBytes += piece.length;
  }

  get seconds(): number {
    const format = this.head.indexOf('fmt ', 0, 'latin1');
    const data = this.head.indexOf('data', 0, 'latin1');
    if (format === -1 || data === -1) return 0;
    const frameBytes = 2 * this.head.readUInt16LE(format + 10);
    return Math.floor((this.sizeBytes - data - 8) / frameBytes) / this.head.readUInt32LE(format + 12);
  }
}
