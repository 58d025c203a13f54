// node scripts/write-providers-doc.mjs: writes the generated part of docs/providers.md from the sources, which need not be
// built. test/docs/providers.spec.ts fails when it was forgotten.
import { readFileSync, writeFileSync } from 'node:fs';
import '../test/support/typescript-hooks.mjs';

const { renderProvidersDocument } = await import('../test/docs/providers-document.ts');
const path = new URL('../docs/providers.md', import.meta.url);
writeFileSync(path, await renderProvidersDocument(readFileSync(path, 'utf8')));
