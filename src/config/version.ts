import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { packageFile } from './package-file.js';

const manifest: unknown = JSON.parse(readFileSync(packageFile('package.json'), 'utf8'));

/** The version of this gateway, e.g. `0.1.0`. */
export const VERSION = z.object({ version: z.string() }).parse(manifest).version;
