import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { abreast } from './abreast.js';
import { COMMITTED, type Manifest, readCommitted } from './committed.js';
import { withVariants } from './kinds.js';
import { committedRecipes } from './recipes/committed.recipes.js';
import { Studio } from './studio.js';
import { decodedSeconds } from './truth.js';

/** How long most of them play: long enough for several pages, clusters and fragments, short enough to be committed. */
const SECONDS = 2;

/**
 * Makes the small recordings of `test/fixtures/media` anew, and asks the decoders how long they and what may become of them play.
 * @param folder for the work
 * @throws Error when a recording cannot be made
 */
export async function writeCommitted(folder: string): Promise<void> {
  const studio = await Studio.open(folder, SECONDS);
  const recordings = await abreast(committedRecipes, async (recipe) => {
    const bytes = await studio.make(recipe);
    if (!bytes) throw new Error(`${recipe.file} cannot be made: ${recipe.command?.join(' ')}`);
    const made = recipe.command?.join(' ') ?? 'by test/media/recipes';
    return {
      file: recipe.file,
      container: recipe.container,
      made: recipe.dress && recipe.command ? `${made}, and dressed` : made,
      bytes,
      decoder: recipe.decoder,
    };
  });
  const truths = await abreast(withVariants(recordings), async ({ of, variant }) => {
    const name = `${variant.what.replaceAll(/[^a-z0-9]+/gi, '-')}.${of.file}`;
    await writeFile(join(folder, name), variant.make());
    const seconds = await decodedSeconds(folder, name, of.decoder);
    await rm(join(folder, name));
    return { file: of.file, what: variant.what || variant.kind, seconds };
  });
  const manifest: Manifest = Object.fromEntries(
    recordings.map(({ file, container, made }) => {
      const own = truths.filter((it) => it.file === file);
      const decoded = own.map(({ what, seconds }) => [what, seconds === undefined ? null : Number(seconds.toFixed(4))]);
      return [file, { container, made, decoded_seconds: Object.fromEntries(decoded) as Record<string, number | null> }];
    }),
  );
  for (const file of readCommitted().keys()) await rm(new URL(file, COMMITTED));
  for (const { file, bytes } of recordings) await writeFile(new URL(file, COMMITTED), bytes);
  await writeFile(new URL('manifest.json', COMMITTED), `${JSON.stringify(manifest, undefined, 2)}\n`);
}
