import type { Served } from './cluster-clients.js';

const MINUTE_MS = 60_000;

/** A stretch of time in which limits may be counted anew, milliseconds since the epoch. */
export interface Disturbed {
  readonly fromMs: number;
  toMs: number;
}

/** How many were under way at once, and when, milliseconds since the epoch. */
export interface Peak {
  readonly atMs: number;
  readonly count: number;
}

/** A change, and how long it took until every gateway had it; undefined = one never did. */
export interface SeenChange {
  readonly what: string;
  readonly seenMs: number | undefined;
}

/** The most that there was of what is limited, while limits were disturbed and while they were not. */
export interface Most {
  readonly undisturbed: number;
  readonly disturbed: number;
  readonly limit: number;
}

/** What was found of a limit, and what of it is otherwise than promised. */
export interface Bounded {
  readonly most: Most;
  readonly faults: readonly string[];
}

/** @param answered ids of answers that clients have got @param ids how often each id is in the ledger */
export function ledgerFaults(answered: readonly string[], ids: ReadonlyMap<string, number>): string[] {
  return [
    ...answered.filter((id) => !ids.has(id)).map((id) => `missing in the ledger: ${id}`),
    ...[...ids].filter(([, count]) => count > 1).map(([id]) => `twice in the ledger: ${id}`),
  ];
}

/** What was spent of a budget, by its own count and by the rows, US dollars. */
export interface Spent {
  readonly countedUsd: number;
  readonly rowsUsd: number;
  readonly limitUsd: number;
}

export function budgetFaults({ countedUsd, rowsUsd, limitUsd }: Spent): string[] {
  return Math.max(countedUsd, rowsUsd) > limitUsd
    ? [`overspent: ${countedUsd} of ${limitUsd} counted, ${rowsUsd} by the rows`]
    : [];
}

/**
 * Of each minute of the clock, the requests that were let in by a limit a minute. They count in the minute in which they were let in,
 * which lies between their beginning and their end, so that one that began in another minute counts in none.
 */
export function minutesOf(served: readonly Served[], disturbed: readonly Disturbed[], limit: number): Bounded {
  const minutes = new Map<number, number>();
  for (const { sentMs, endedMs } of served) {
    const minute = Math.floor(sentMs / MINUTE_MS);
    if (Math.floor(endedMs / MINUTE_MS) === minute) minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
  }
  const most = { undisturbed: 0, disturbed: 0, limit };
  const faults: string[] = [];
  for (const [minute, count] of minutes) {
    const [fromMs, toMs] = [minute * MINUTE_MS, (minute + 1) * MINUTE_MS];
    const times = disturbed.filter((it) => it.fromMs < toMs && it.toMs >= fromMs).length;
    const kind = times === 0 ? 'undisturbed' : 'disturbed';
    most[kind] = Math.max(most[kind], count);
    // "Where Redis goes away after that, up to twice the limit may come": each time.
    if (count > limit * (1 + times)) faults.push(`${count} of ${limit} in a minute, disturbed ${times} times`);
  }
  return { most, faults };
}

/** The most that were let in at once by a limit of requests at once. */
export function atOnceOf(peaks: readonly Peak[], disturbed: readonly Disturbed[], limit: number): Bounded {
  const most = { undisturbed: 0, disturbed: 0, limit };
  for (const { atMs, count } of peaks) {
    const isDisturbed = disturbed.some(({ fromMs, toMs }) => fromMs <= atMs && atMs <= toMs);
    const kind = isDisturbed ? 'disturbed' : 'undisturbed';
    most[kind] = Math.max(most[kind], count);
  }
  const faults = [
    ...(most.undisturbed > limit ? [`${most.undisturbed} of ${limit} at once`] : []),
    ...(most.disturbed > 2 * limit ? [`${most.disturbed} of ${limit} at once, disturbed`] : []),
  ];
  return { most, faults };
}

/** @param withinMs how late a change may be seen; Infinity = at some time */
export function changeFaults(changes: readonly SeenChange[], withinMs: number): string[] {
  return changes.flatMap(({ what, seenMs }) => {
    if (seenMs === undefined) return [`never seen by all: ${what}`];
    return seenMs > withinMs ? [`seen late: ${what}, after ${seenMs} ms`] : [];
  });
}
