// Runs the sources of the threads that look into uploads.
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
await import('../../src/uploads/inspection/inspection-thread.main.ts');
