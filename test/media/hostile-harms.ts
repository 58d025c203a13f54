import { containerNames, harmOf } from './harmless.js';
import { allHostile } from './hostile/all-hostile.js';
import { filled, hex, MEGABYTE, noise, text } from './hostile/blocks.js';
import type { HostileFile } from './hostile/hostile-file.js';

/** What is nothing in particular, and may be taken for anything. */
const shapeless: readonly { readonly name: string; readonly bytes: Buffer }[] = [
  { name: 'nothing', bytes: Buffer.alloc(0) },
  { name: 'one byte', bytes: hex('ff') },
  { name: 'zeros', bytes: Buffer.alloc(4 * MEGABYTE) },
  { name: 'ones', bytes: Buffer.alloc(4 * MEGABYTE, 0xff) },
  { name: 'noise', bytes: noise(4 * MEGABYTE) },
  { name: 'text', bytes: filled(MEGABYTE, text('What is this? ')) },
];

/**
 * What harm hostile files do, one sentence each.
 * @param isWanted which of them are measured
 */
export async function hostileHarms(isWanted: (file: HostileFile) => boolean): Promise<string[]> {
  const everything = shapeless.flatMap(({ name, bytes }) =>
    containerNames.map((container): HostileFile => ({ name: `${name} as ${container}`, container, make: () => bytes })),
  );
  const harms: string[] = [];
  for (const file of [...allHostile, ...everything].filter(isWanted)) {
    harms.push(...(await harmOf(file.make(), file.container)).map((harm) => `${file.name}: ${harm}`));
  }
  return harms;
}
