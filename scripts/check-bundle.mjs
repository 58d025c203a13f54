// Adds up what a browser loads of the built dashboard, compressed by gzip, and fails where it is more than was meant:
// node scripts/check-bundle.mjs
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** In kB of 1000 bytes: what every page needs, and what one page needs beside it. */
const INITIAL_KB = 150;
const PAGE_KB = 45;
const PAGES_KB = { playground: 80 };

const folder = fileURLToPath(new URL('../dist/ui', import.meta.url));
const manifest = JSON.parse(readFileSync(join(folder, '.vite', 'manifest.json'), 'utf8'));

/** A part and all that it imports, which is loaded with it. */
function closureOf(name, found = new Set()) {
  if (found.has(name)) return found;
  found.add(name);
  for (const imported of manifest[name].imports ?? []) closureOf(imported, found);
  return found;
}

function kilobytes(names) {
  const files = names.map((name) => join(folder, `${manifest[name].file}.gz`));
  return files.reduce((sum, file) => sum + statSync(file).size, 0) / 1000;
}

const initial = closureOf('index.html');
/** What opens with a click, such as a dialog, is no page: a page is what a file of that name draws. */
const pages = Object.keys(manifest).flatMap((name) => /src\/pages\/[^/]+\/(.+)\.page\.tsx$/.exec(name)?.[1] ?? []);
const sizes = [
  { what: 'every page', kb: kilobytes([...initial]), bound: INITIAL_KB },
  ...pages.map((page) => {
    const name = Object.keys(manifest).find((key) => key.endsWith(`/${page}.page.tsx`));
    const own = [...closureOf(name)].filter((part) => !initial.has(part));
    return { what: page, kb: kilobytes(own), bound: PAGES_KB[page] ?? PAGE_KB };
  }),
];
for (const { what, kb, bound } of sizes) console.log(`${kb.toFixed(1).padStart(7)} of ${bound} kB  ${what}`);
const tooLarge = sizes.filter(({ kb, bound }) => kb > bound);
if (tooLarge.length > 0) {
  console.error(`Too large: ${tooLarge.map(({ what }) => what).join(', ')}`);
  process.exit(1);
}
