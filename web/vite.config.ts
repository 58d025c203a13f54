import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Where a gateway runs for `npm run dev`. */
const gateway = process.env.GATEWAY ?? 'http://127.0.0.1:4000';

/** Compresses once what is sent often: beside each text of the build lie one for brotli and one for gzip. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    // When everything is written: until then other plugins still put into the files what only the whole build knows.
    async writeBundle({ dir = '' }, bundle) {
      const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
      for (const fileName of Object.keys(bundle).filter((name) => /\.(js|css)$/.test(name))) {
        const path = join(dir, fileName);
        const source = await readFile(path);
        await writeFile(`${path}.gz`, await promisify(gzip)(source, { level: constants.Z_BEST_COMPRESSION }));
        await writeFile(`${path}.br`, await promisify(brotliCompress)(source, { params }));
      }
    },
  };
}

export default defineConfig({
  base: '/ui/',
  plugins: [react(), tailwindcss(), compressed()],
  build: {
    // Beside the compiled gateway, which serves it: `npm run build` makes that first, and empties the folder.
    outDir: '../dist/ui',
    emptyOutDir: true,
    // Which file needs which others: scripts/check-bundle.mjs adds up what a page loads.
    manifest: true,
    target: 'es2023',
    // The policy of the page allows no inline anything.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: Object.fromEntries(['/admin', '/v1', '/docs', '/openapi.json', '/health'].map((path) => [path, gateway])),
  },
});
