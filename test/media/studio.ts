import { existsSync, readFileSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeWav } from '../support/audio.js';
import { amrNarrowband } from './amr-frames.js';
import { isInstalled, runProgram } from './program.js';
import type { Recipe } from './recipe.js';

const SAMPLE_RATE = 16_000;
const HEADER_BYTES = 44;

/** The sample that ships with the gateway, again and again with pauses between. */
function voice(durationSeconds: number): Buffer {
  const wav = makeWav({ durationSeconds, sampleRate: SAMPLE_RATE });
  const speech = readFileSync(new URL('../../assets/speech.wav', import.meta.url)).subarray(HEADER_BYTES);
  for (let at = HEADER_BYTES; at < wav.length; at += speech.length + SAMPLE_RATE) speech.copy(wav, at);
  return wav;
}

/** Where recordings are made: a folder with what they are made of. */
export class Studio {
  private constructor(readonly folder: string) {}

  /** @param seconds how long the voice speaks that all recordings but those of silence are made of */
  static async open(folder: string, seconds: number): Promise<Studio> {
    await writeFile(join(folder, 'voice.wav'), voice(seconds));
    await writeFile(join(folder, 'silence.wav'), makeWav({ durationSeconds: 3 * seconds, sampleRate: SAMPLE_RATE }));
    // ffmpeg has no encoder of it.
    await writeFile(join(folder, 'voice.amr'), amrNarrowband(seconds * 50));
    return new Studio(folder);
  }

  /** Makes a recording; undefined where the programs that are here cannot. */
  async make({ file, command, piped, dress = (bytes) => bytes }: Recipe): Promise<Buffer | undefined> {
    if (!command) return dress(Buffer.alloc(0));
    if (!isInstalled(command[0] ?? '')) return undefined;
    const pieces: Buffer[] = [];
    const isMade = await runProgram(command, this.folder, (piece) => pieces.push(piece));
    const path = join(this.folder, file);
    const made = piped ? Buffer.concat(pieces) : existsSync(path) ? await readFile(path) : Buffer.alloc(0);
    await rm(path, { force: true });
    return isMade && made.length > 0 ? dress(made) : undefined;
  }
}
