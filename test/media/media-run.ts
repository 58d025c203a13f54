import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '../support/seeded-random.js';
import { fuzz, type FuzzBase } from './fuzz-run.js';
import { hostileHarms } from './hostile-harms.js';
import { allRecipes } from './recipes/all-recipes.js';
import { Studio } from './studio.js';
import { openFaults } from './open-faults.js';
import { faultList, type Finding, isFault, truthTable } from './truth-table.js';
import { type Made, TruthRun } from './truth-run.js';
import { sniffedContainer } from './verdict.js';

/** How long the recordings play: long enough for several pages, clusters and fragments. */
const VOICE_SECONDS = 12;
/** Of the time, for changing files by chance; the rest is for comparing. */
const FUZZ_SHARE = 0.15;

/** What `npm run test:media` was told. */
export interface MediaOptions {
  /** About how long it may take; what is left out then is chosen by the seed. */
  readonly seconds: number;
  readonly seed: number;
  /** Only recordings as they were made, all of them: the same on every machine. What is known to be wrong of them is no fault then. */
  readonly wholeOnly?: boolean;
  /** A container, or a part of the names of files; absent = all. */
  readonly only?: string;
  /** One of so many recordings is made; 1 = all of them. */
  readonly every?: number;
  /** Where the files are made, and stay; absent = in a temporary folder that is removed. */
  readonly folder?: string;
}

/**
 * Holds what the gateway measures against decoders, on hundreds of files, then has it measure what is made to do harm.
 * @param say a line for the terminal
 * @returns whether nothing was wrong
 */
export async function runMedia(options: MediaOptions, say: (line: string) => void): Promise<boolean> {
  const startedAtMs = performance.now();
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'auricle-media-')));
  await mkdir(folder, { recursive: true });
  try {
    const endsAtMs = startedAtMs + options.seconds * 1000;
    const run = new TruthRun(await Studio.open(folder, VOICE_SECONDS), seededRandom(options.seed));
    const recipes = allRecipes
      .filter(({ file }) => file.includes(options.only ?? ''))
      .filter((_, index) => index % (options.every ?? 1) === 0);
    const made = await run.make(recipes);
    say(`${made.length} recordings; ${recipes.length - made.length} cannot be made by the programs that are here`);
    const findings = options.wholeOnly
      ? await run.compareWhole(made)
      : await run.compare(made, endsAtMs - FUZZ_SHARE * options.seconds * 1000);
    say(truthTable(findings));
    const isKnown = ({ file }: Finding) => options.wholeOnly && openFaults.recordings.includes(file);
    const faults = findings.filter((it) => isFault(it) !== Boolean(isKnown(it)));
    if (faults.length > 0) say(`\n${faultList(faults)}`);
    const harms = [
      ...(await hostileHarms(({ container }) => container.includes(options.only ?? ''))),
      ...(await fuzzHarms(made, options, endsAtMs, folder, say)),
    ];
    say(`\n${faults.length} durations wrong or unknown; ${harms.length} files do harm`);
    for (const harm of harms) say(harm);
    return faults.length === 0 && harms.length === 0;
  } finally {
    if (options.folder === undefined) await rm(folder, { recursive: true });
  }
}

/** A file that does harm is written where it can be looked at, if the folder is kept. */
async function fuzzHarms(
  made: readonly Made[],
  { seed }: MediaOptions,
  endsAtMs: number,
  folder: string,
  say: (line: string) => void,
): Promise<string[]> {
  const bases: FuzzBase[] = [];
  for (const { file, bytes } of made.filter((it) => it.bytes.length < 200_000)) {
    const container = await sniffedContainer(bytes);
    if (container) bases.push({ file, container, bytes });
  }
  let changed = 0;
  const faults = await fuzz(bases, seededRandom(seed), (done) => {
    changed = done;
    return performance.now() < endsAtMs;
  });
  say(`${changed} files changed by chance`);
  for (const [index, { bytes }] of faults.entries()) await writeFile(join(folder, `harm-${index}`), bytes);
  return faults.map(({ about }, index) => `harm-${index}: ${about}`);
}
