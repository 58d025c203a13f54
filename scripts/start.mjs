// npm start: builds what has changed, then runs the gateway in this very process, so that signals reach it directly.
import { fileURLToPath } from 'node:url';
import { buildIfStale } from './build-if-stale.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
buildIfStale();
await import('../dist/main.js');
