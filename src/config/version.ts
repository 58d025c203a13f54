import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Two folders below the package's root in `src` and in `dist` alike. */
const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

/** The version of this gateway, e.g. `0.1.0`. */
export const VERSION = z.object({ version: z.string() }).parse(manifest).version;
