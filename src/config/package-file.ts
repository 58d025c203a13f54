import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder above this file that has the package's manifest: from `src`, and from the one folder of `dist`. */
const ROOT = rootAbove(new URL('.', import.meta.url));

function rootAbove(folder: URL): URL {
  return existsSync(new URL('package.json', folder)) ? folder : rootAbove(new URL('..', folder));
}

/** The absolute path of what is shipped beside the code, e.g. of `assets/speech.wav`. */
export function packageFile(path: string): string {
  return fileURLToPath(new URL(path, ROOT));
}
