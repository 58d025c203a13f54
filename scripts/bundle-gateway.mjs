// Makes the files of `dist` from what the compiler has left in `build`: our thousand modules in twenty files, because most of a
// start is spent on opening files. Packages stay what npm has installed. dist/main.js comes last: it says that all is built.
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { rolldown } from 'rolldown';

const ENTRIES = ['main.js', 'worker.js', 'uploads/inspection/inspection-thread.main.js'];
const BUNDLED = 'build/bundled';
const MAIN = 'main.js';

rmSync(BUNDLED, { recursive: true, force: true });
const bundle = await rolldown({
  input: ENTRIES.map((entry) => join('build', entry)),
  platform: 'node',
  external: (id) => !id.startsWith('.') && !isAbsolute(id),
});
// All in one folder, in which a module finds a file beside itself by its name. Names of classes are told in logs.
await bundle.write({ dir: BUNDLED, entryFileNames: '[name].js', chunkFileNames: '[name].js', keepNames: true });
await bundle.close();

mkdirSync('dist', { recursive: true });
for (const name of readdirSync('dist').filter((it) => it.endsWith('.js'))) rmSync(join('dist', name));
const made = readdirSync(BUNDLED).filter((name) => name !== MAIN);
for (const name of [...made, MAIN]) renameSync(join(BUNDLED, name), join('dist', name));
