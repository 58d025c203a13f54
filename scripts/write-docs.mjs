// npm run docs: writes the generated parts of the documents from the sources, which need not be built.
// test/docs/generated-parts.spec.ts fails when it was forgotten.
import { readFileSync, writeFileSync } from 'node:fs';
import '../test/support/typescript-hooks.mjs';

const { generatedParts, withPart } = await import('../test/docs/generated-parts.ts');
for (const part of generatedParts) {
  const path = new URL(`../${part.file}`, import.meta.url);
  writeFileSync(path, withPart(readFileSync(path, 'utf8'), part));
}
