import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Where the kernel says how much of the processors a container may use: version 2 of control groups, then version 1. */
const QUOTA_FILES = {
  v2: '/sys/fs/cgroup/cpu.max',
  v1Quota: '/sys/fs/cgroup/cpu/cpu.cfs_quota_us',
  v1Period: '/sys/fs/cgroup/cpu/cpu.cfs_period_us',
} as const;

/** Processors that this process may use, at least 1: those that it may run on, and no more than its container has of them. */
export function availableProcessors(): number {
  return Math.max(1, Math.min(availableParallelism(), Math.floor(quotaOf(read))));
}

/**
 * How many processors the container may use, fractions included; Infinity where nothing bounds it.
 * @param readText what a file holds; undefined where there is none
 */
export function quotaOf(readText: (path: string) => string | undefined): number {
  const [quota, period] = readText(QUOTA_FILES.v2)?.trim().split(' ') ?? [
    readText(QUOTA_FILES.v1Quota),
    readText(QUOTA_FILES.v1Period),
  ];
  const processors = Number(quota) / Number(period);
  // `max`, -1 and a file that is not there.
  return processors > 0 ? processors : Infinity;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
