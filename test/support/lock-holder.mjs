// Holds the lock of the folder that it is given, and says so, until it is ended.
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
const { lockFolder } = await import('../../src/config/folder-lock.ts');
await lockFolder(process.argv[2]);
process.send('locked');
setInterval(() => undefined, 60_000);
