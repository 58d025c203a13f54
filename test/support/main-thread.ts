import { readFileSync } from 'node:fs';

/**
 * Milliseconds that the main thread of a process has had of a processor, which are the same however busy the machine is. Needs Linux.
 */
export function mainThreadMs(pid = process.pid): number {
  const [nanoseconds] = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ');
  return Number(nanoseconds) / 1e6;
}
