import type { Decoder } from './truth.js';

/** A recording to be made by a program, or by us of what a program has made. */
export interface Recipe {
  /** The name of the file, which no other recipe has. */
  readonly file: string;
  /** The line of the table that it counts for: its container in a word. */
  readonly container: string;
  /** The program and its words, in the folder of the sources; absent = made of nothing by {@link dress}. */
  readonly command?: readonly string[];
  /** The program writes into a pipe, and so cannot go back to fill in what it learns at the end. */
  readonly piped?: boolean;
  /** Who knows how long it plays; absent = ffmpeg. */
  readonly decoder?: Decoder;
  /** What is done to the bytes afterwards. */
  readonly dress?: (bytes: Buffer) => Buffer;
}

/** Names of files and what a program is told to make each of them. */
type Wishes = Readonly<Record<string, string>>;

/** No dates and no versions, so that the same command makes the same bytes. */
const EXACT = '-fflags +bitexact -flags:a +bitexact';
const FFMPEG = 'ffmpeg -v error -nostdin -y';
/** A picture that moves, small enough to cost nothing. */
const VIDEO = '-f lavfi -i testsrc=size=64x48:rate=5 -map 0:a -map 1:v -shortest -flags:v +bitexact';

function recipesOf(container: string, wishes: Wishes, commandOf: (words: string, file: string) => string): Recipe[] {
  return Object.entries(wishes).map(([name, words]) => {
    const file = `${container}-${name}`;
    const command = commandOf(words, file).split(' ');
    return { file, container, command, piped: command.at(-1) === '-' };
  });
}

/** Recordings by ffmpeg, of the voice or another source. */
export function encoded(container: string, wishes: Wishes, source = 'voice.wav'): Recipe[] {
  return recipesOf(container, wishes, (words, file) => `${FFMPEG} -i ${source} ${words} ${EXACT} ${file}`);
}

/** Recordings that ffmpeg writes into a pipe; each names its format. */
export function piped(container: string, wishes: Wishes): Recipe[] {
  return recipesOf(container, wishes, (words) => `${FFMPEG} -i voice.wav ${words} ${EXACT} -`);
}

/** Films by ffmpeg; each names its codec of pictures. */
export function filmed(container: string, wishes: Wishes): Recipe[] {
  return recipesOf(container, wishes, (words, file) => `${FFMPEG} -i voice.wav ${VIDEO} ${words} ${EXACT} ${file}`);
}

/** Recordings by sox. */
export function bySox(container: string, wishes: Wishes): Recipe[] {
  return recipesOf(container, wishes, (words, file) => `sox -D voice.wav ${words} ${file}`);
}

/** MP3 by lame itself, which writes its own tag. */
export function byLame(wishes: Wishes): Recipe[] {
  return recipesOf('mp3', wishes, (words, file) => `lame --quiet ${words} voice.wav ${file}`);
}

/** The recording of one of these recipes, by its name without the container, under another name and with something done to it. */
export function dressed(
  name: string,
  recipes: readonly Recipe[],
  base: string,
  dress: (bytes: Buffer) => Buffer,
): Recipe {
  const recipe = recipes.find(({ file, container }) => file === `${container}-${base}`);
  if (!recipe) throw new Error(`${name}: there is no ${base}`);
  const file = `${recipe.container}-${name}`;
  return { ...recipe, file, dress, command: recipe.command?.map((word) => (word === recipe.file ? file : word)) };
}

/** A recording that no program makes. */
export function handMade(container: string, name: string, make: () => Buffer, decoder?: Decoder): Recipe {
  return { file: `${container}-${name}`, container, dress: make, decoder };
}
