import { availableParallelism } from 'node:os';
import { availableProcessors, quotaOf } from './processors.js';

const V2 = '/sys/fs/cgroup/cpu.max';
const V1_QUOTA = '/sys/fs/cgroup/cpu/cpu.cfs_quota_us';
const V1_PERIOD = '/sys/fs/cgroup/cpu/cpu.cfs_period_us';

it.each<[string, Record<string, string>, number]>([
  ['nobody bounds', {}, Infinity],
  ['version 2 does not bound', { [V2]: 'max 100000\n' }, Infinity],
  ['version 2 bounds to one', { [V2]: '100000 100000\n' }, 1],
  ['version 2 bounds to a half', { [V2]: '50000 100000\n' }, 0.5],
  ['version 1 does not bound', { [V1_QUOTA]: '-1\n', [V1_PERIOD]: '100000\n' }, Infinity],
  ['version 1 bounds to two and a half', { [V1_QUOTA]: '250000\n', [V1_PERIOD]: '100000\n' }, 2.5],
  ['a file is empty', { [V2]: '' }, Infinity],
])('tells the processors of a container that %s', (_, files, processors) => {
  expect(quotaOf((path) => files[path])).toBe(processors);
});

it('tells at least one processor, and no more than there are', () => {
  expect(availableProcessors()).toBeGreaterThanOrEqual(1);
  expect(availableProcessors()).toBeLessThanOrEqual(availableParallelism());
});
