import { getHeapStatistics, setFlagsFromString } from 'node:v8';

/** What V8 calls it: by how many percent a heap may outgrow what lives in it before it is collected. */
export const HEAP_GROWTH_FLAG = '--heap-growing-percent';
/** The most that V8 itself allows where a heap may not become {@link LARGE_HEAP_BYTES}. */
const GROWTH_PERCENT = 100;
/** From here on V8 allows four times what lives, at whatever rate it comes. */
const LARGE_HEAP_BYTES = 2 * 1024 ** 3;

/**
 * Lets the heap grow to twice what lives in it, also where the machine has much memory: what it saves to collect less
 * often is little beside a request, and what the heap has grown to it keeps for as long as there is work. The rule of smaller heaps, in containers with a limit, is stricter
 * already and stays.
 */
export function boundHeapGrowth(): void {
  if (getHeapStatistics().heap_size_limit < LARGE_HEAP_BYTES) return;
  setFlagsFromString(`${HEAP_GROWTH_FLAG}=${GROWTH_PERCENT}`);
}
