import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** The names and ids of the processes whose working folder is this one or one below it. Needs Linux. */
export function processesIn(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const cwd = readlinkSync(`/proc/${pid}/cwd`);
        return cwd === folder || cwd.startsWith(`${folder}/`)
          ? [`${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()} ${pid}`]
          : [];
      } catch {
        // It has ended in the meantime, or is a zombie.
        return [];
      }
    });
}
