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
    async generateBundle(_, bundle) {
      for (const [fileName, output] of Object.entries(bundle)) {
        if (!/\.(js|css)$/.test(fileName)) continue;
        const source = Buffer.from(output.type === 'chunk' ? output.code : output.source);
        const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
        const [small, smallest] = await Promise.all([
          promisify(gzip)(source, { level: constants.Z_BEST_COMPRESSION }),
          promisify(brotliCompress)(source, { params }),
        ]);
        this.emitFile({ type: 'asset', fileName: `${fileName}.gz`, source: small });
        this.emitFile({ type: 'asset', fileName: `${fileName}.br`, source: smallest });
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
