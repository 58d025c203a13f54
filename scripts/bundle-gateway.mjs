// Makes the files of `dist` from the sources: our thousand modules in twenty files, because most of a start is spent on opening files.
// Packages stay what npm has installed. dist/main.js comes last: it says that all is built.
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { transform } from '@swc/core';
import { rolldown } from 'rolldown';
import { swcOptions } from './swc-options.mjs';

const ENTRIES = ['main', 'worker', 'uploads/inspection/inspection-thread.main'];
const BUNDLED = 'build';
const MAIN = 'main.js';

/** Rolldown itself reads TypeScript, but tells Nest no types of constructor parameters. */
const typescript = {
  name: 'typescript',
  transform: {
    filter: { id: /\.ts$/ },
    handler: async (source, filename) => {
      const { code } = await transform(source, { ...swcOptions, filename, swcrc: false, configFile: false });
      return { code, moduleType: 'js' };
    },
  },
};

rmSync(BUNDLED, { recursive: true, force: true });
const bundle = await rolldown({
  input: ENTRIES.map((entry) => join('src', `${entry}.ts`)),
  platform: 'node',
  external: (id) => !id.startsWith('.') && !isAbsolute(id),
  resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
  plugins: [typescript],
});
// All in one folder, in which a module finds a file beside itself by its name. Names of classes are told in logs.
await bundle.write({ dir: BUNDLED, entryFileNames: '[name].js', chunkFileNames: '[name].js', keepNames: true });
await bundle.close();

mkdirSync('dist', { recursive: true });
for (const name of readdirSync('dist').filter((it) => it.endsWith('.js'))) rmSync(join('dist', name));
const made = readdirSync(BUNDLED).filter((name) => name !== MAIN);
for (const name of [...made, MAIN]) renameSync(join(BUNDLED, name), join('dist', name));
