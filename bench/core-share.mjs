// Gives processes a part of a core each, by Linux's control groups: https://docs.kernel.org/scheduler/sched-bwc.html. For that one has to be root.
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** So short that a process that has used its part waits less than a request takes. */
const PERIOD_US = 10_000;
const ROOT = '/sys/fs/cgroup';
/** The first version has a folder for processors. */
const FOLDER = existsSync(join(ROOT, 'cgroup.controllers')) ? ROOT : join(ROOT, 'cpu');

/**
 * Lets a process, with all of its threads, use so much of a core and no more.
 * @param share of a core, 0 to 1
 * @returns what ends it, once the process has ended
 */
export function limitToShare(pid, share) {
  const group = join(FOLDER, `auricle-bench-${pid}`);
  mkdirSync(group);
  const quotaUs = Math.round(PERIOD_US * share);
  if (FOLDER === ROOT) writeFileSync(join(group, 'cpu.max'), `${quotaUs} ${PERIOD_US}`);
  else {
    writeFileSync(join(group, 'cpu.cfs_period_us'), String(PERIOD_US));
    writeFileSync(join(group, 'cpu.cfs_quota_us'), String(quotaUs));
  }
  writeFileSync(join(group, 'cgroup.procs'), String(pid));
  return () => rmdirSync(group);
}
