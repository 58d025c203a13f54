import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { z } from 'zod';
import { abreast } from './abreast.js';
import { honestSeconds } from './honest-seconds.js';
import { type Arrival, withVariants } from './kinds.js';
import type { Recipe } from './recipe.js';
import { shuffled } from './shuffle.js';
import type { Studio } from './studio.js';
import { type Decoder, decodedSeconds } from './truth.js';
import { type Finding, isFault } from './truth-table.js';
import { type Gauged, gauge, judge } from './verdict.js';

/** So many files are measured, however long it takes. */
const LEAST_FILES = 300;

/** A recording that was made. */
export interface Made {
  readonly file: string;
  readonly container: string;
  readonly bytes: Buffer;
  readonly decoder?: Decoder;
}

/** Makes recordings and what may become of them, and holds what the gateway measures against what a decoder makes of them. */
export class TruthRun {
  private readonly truths: Truths;

  constructor(
    private readonly studio: Studio,
    private readonly random: () => number,
    private readonly measure: (bytes: Buffer) => Promise<Gauged> = gauge,
  ) {
    this.truths = new Truths(studio.folder);
  }

  /** Makes every recording whole; those are left out that the programs here cannot make. */
  async make(recipes: readonly Recipe[]): Promise<Made[]> {
    const made = await abreast(recipes, async (recipe) => {
      const bytes = await this.studio.make(recipe);
      return bytes && { file: recipe.file, container: recipe.container, bytes, decoder: recipe.decoder };
    });
    return made.filter((it) => it !== undefined);
  }

  /**
   * Measures what was made, the whole ones first, the others in an order by chance.
   * @param endsAtMs by `performance.now()`: no further file is begun then, once there are so many
   */
  async compare(recordings: readonly Made[], endsAtMs: number, leastFiles = LEAST_FILES): Promise<Finding[]> {
    const jobs = withVariants(recordings);
    const whole = jobs.filter(({ variant }) => variant.kind === 'whole');
    const others = shuffled(
      jobs.filter(({ variant }) => variant.kind !== 'whole'),
      this.random,
    );
    let done = 0;
    const findings = await abreast([...whole, ...others], async (job) => {
      if (done >= leastFiles && performance.now() > endsAtMs) return undefined;
      done += 1;
      return await this.finding(job);
    });
    this.truths.keep();
    return findings.filter((it) => it !== undefined);
  }

  /** Measures recordings as they were made, all of them. */
  async compareWhole(recordings: readonly Made[]): Promise<Finding[]> {
    const whole = withVariants(recordings).filter(({ variant }) => variant.kind === 'whole');
    const findings = await abreast(whole, async (job) => await this.finding(job));
    this.truths.keep();
    return findings.filter((it) => it !== undefined);
  }

  /** Undefined where nothing has become of the recording, as when it says already what the lie says. */
  private async finding(job: Arrival<Made>): Promise<Finding | undefined> {
    const { of, variant } = job;
    const bytes = variant.make();
    if (variant.kind !== 'whole' && bytes.equals(of.bytes)) return undefined;
    const file = nameOf(of.file, variant.what);
    const path = join(this.studio.folder, file);
    await writeFile(path, bytes);
    const decodedSeconds = await this.truths.of(file, bytes, of.decoder);
    // The whole ones come first.
    const known = ({ file, bytes }: Made): number | undefined => this.truths.known(file, bytes);
    const truth = { decodedSeconds, honestSeconds: honestSeconds(job, decodedSeconds, known) };
    const { seconds, explanation } = await this.measure(bytes);
    const verdict = judge(seconds, truth);
    const { kind } = variant;
    const found: Finding = { container: of.container, kind, file, verdict, seconds, truth, explanation };
    // What is wrong stays, to be looked at.
    if (!isFault(found)) await rm(path);
    return found;
  }
}

const truthsSchema = z.record(z.string(), z.number().nullable());

/** What decoders have said. That is most of the work, and is not done again in a folder that is kept. */
class Truths {
  private readonly path: string;
  private readonly seconds: Map<string, number | null>;

  constructor(private readonly folder: string) {
    this.path = join(folder, 'truths.json');
    const kept = existsSync(this.path) ? truthsSchema.parse(JSON.parse(readFileSync(this.path, 'utf8'))) : {};
    this.seconds = new Map(Object.entries(kept));
  }

  async of(file: string, bytes: Buffer, decoder?: Decoder): Promise<number | undefined> {
    const key = keyOf(file, bytes);
    if (!this.seconds.has(key)) this.seconds.set(key, (await decodedSeconds(this.folder, file, decoder)) ?? null);
    return this.known(file, bytes);
  }

  /** Undefined also where nobody has been asked. */
  known(file: string, bytes: Buffer): number | undefined {
    return this.seconds.get(keyOf(file, bytes)) ?? undefined;
  }

  keep(): void {
    writeFileSync(this.path, JSON.stringify(Object.fromEntries(this.seconds)));
  }
}

function keyOf(file: string, bytes: Buffer): string {
  return `${file} ${createHash('sha256').update(bytes).digest('base64url').slice(0, 16)}`;
}

function nameOf(file: string, what: string): string {
  const end = extname(file);
  return what === '' ? file : `${file.slice(0, -end.length)}.${what.replaceAll(/[^a-z0-9]+/gi, '-')}${end}`;
}
