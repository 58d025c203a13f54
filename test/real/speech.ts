import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A recording of which the words are known. */
export interface Speech {
  readonly words: string;
  /** WAV. */
  readonly audio: Buffer;
}

const SAMPLE = new URL('../../assets/speech.wav', import.meta.url);

/** What the bundled sample says. */
const SAMPLE_WORDS = 'Auricle is listening. Every second of this recording is accounted for.';

/** Sentences without numbers and names, which recognisers spell in several ways. */
const SENTENCES = {
  en: 'The beach was a popular spot on a hot summer day. People were swimming in the ocean.',
  de: 'Heute ist das Wetter sehr gut. Wir gehen in den Garten.',
} as const;

/** Speech of a synthesiser in both languages; where there is none, the bundled sample in English alone. */
export async function spokenSentences(): Promise<Partial<Record<keyof typeof SENTENCES, Speech>>> {
  try {
    return { en: await speak('en'), de: await speak('de') };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    process.stderr.write('espeak-ng is not installed: the bundled sample is sent, and nothing is translated\n');
    return { en: { words: SAMPLE_WORDS, audio: await readFile(SAMPLE) } };
  }
}

async function speak(language: keyof typeof SENTENCES): Promise<Speech> {
  const folder = await mkdtemp(join(tmpdir(), 'auricle-speech-'));
  try {
    const words = SENTENCES[language];
    await run('espeak-ng', ['-v', language, '-s', '140', '-w', join(folder, 'speech.wav'), words]);
    return { words, audio: await readFile(join(folder, 'speech.wav')) };
  } finally {
    await rm(folder, { recursive: true });
  }
}
