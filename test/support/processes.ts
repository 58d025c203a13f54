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

/** The ids of the processes that a process has started and that run. Needs Linux. */
export function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        // `<pid> (<name>) <state> <parent> ...`, and a name may hold anything.
        const [state, ppid] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
        return Number(ppid) === parent && state !== 'Z';
      } catch {
        return false;
      }
    })
    .map(Number);
}
