import type { AudioContainerName } from '../../src/domain/audio-container.js';
import { containerNames, harmOf } from './harmless.js';
import { Mutations } from './mutation.js';

/** A file that is changed again and again. */
export interface FuzzBase {
  readonly file: string;
  readonly container: AudioContainerName;
  readonly bytes: Buffer;
}

/** A changed file that did harm. */
export interface FuzzFault {
  /** The file that it was, which change of all, and what is wrong. */
  readonly about: string;
  readonly bytes: Buffer;
}

/** One in so many is taken for any container, which the bytes do not tell. */
const MISTAKEN = 8;

/**
 * Measures changed files as long as it is told to go on.
 * @param goesOn is given how many have been measured
 */
export async function fuzz(
  bases: readonly FuzzBase[],
  random: () => number,
  goesOn: (done: number) => boolean,
): Promise<FuzzFault[]> {
  const mutations = new Mutations(
    random,
    bases.map(({ bytes }) => bytes),
  );
  const faults: FuzzFault[] = [];
  for (let done = 0; goesOn(done); done += 1) {
    const base = bases[done % bases.length];
    if (!base) break;
    const bytes = mutations.next(base.bytes);
    const container =
      done % MISTAKEN === 0 ? containerNames[Math.floor(random() * containerNames.length)] : base.container;
    const harm = await harmOf(bytes, container ?? base.container);
    faults.push(...harm.map((it) => ({ about: `${base.file}, change ${done}, as ${container}: ${it}`, bytes })));
  }
  return faults;
}
