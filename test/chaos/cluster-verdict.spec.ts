import { atOnceOf, budgetFaults, changeFaults, ledgerFaults, minutesOf } from './cluster-verdict.js';

const MINUTE_MS = 60_000;

/** So many that were served within a minute of the clock. */
function served(count: number, minute = 0) {
  const sentMs = minute * MINUTE_MS + 1000;
  return Array.from({ length: count }, (_, index) => ({
    id: String(index),
    application: 'limited',
    isStreamed: false,
    sentMs,
    endedMs: sentMs + 100,
  }));
}

describe('ledgerFaults', () => {
  it('names what is missing and what is there twice', () => {
    const ids = new Map([
      ['a', 1],
      ['b', 2],
    ]);
    expect(ledgerFaults(['a', 'b'], ids)).toEqual(['twice in the ledger: b']);
    expect(ledgerFaults(['a', 'c'], new Map([['a', 1]]))).toEqual(['missing in the ledger: c']);
    expect(ledgerFaults([], new Map([['cut off', 1]]))).toEqual([]);
  });
});

describe('budgetFaults', () => {
  it('asks the count and the rows', () => {
    expect(budgetFaults({ countedUsd: 1, rowsUsd: 1, limitUsd: 1 })).toEqual([]);
    expect(budgetFaults({ countedUsd: 1.1, rowsUsd: 1, limitUsd: 1 })).toHaveLength(1);
    expect(budgetFaults({ countedUsd: 0, rowsUsd: 1.1, limitUsd: 1 })).toHaveLength(1);
  });
});

describe('minutesOf', () => {
  it('allows the limit in each minute, and as much again for each disturbance in it', () => {
    const disturbed = [{ fromMs: 10_000, toMs: 20_000 }];
    expect(minutesOf([...served(3), ...served(3, 1)], [], 3).faults).toEqual([]);
    expect(minutesOf(served(4), [], 3).faults).toEqual(['4 of 3 in a minute, disturbed 0 times']);
    expect(minutesOf(served(6), disturbed, 3)).toEqual({
      most: { undisturbed: 0, disturbed: 6, limit: 3 },
      faults: [],
    });
    expect(minutesOf(served(7), disturbed, 3).faults).toHaveLength(1);
    expect(minutesOf(served(4, 1), disturbed, 3).faults).toHaveLength(1);
  });

  it('counts none that began in another minute than it ended in', () => {
    const across = served(9).map((it) => ({ ...it, endedMs: MINUTE_MS + 1 }));
    expect(minutesOf(across, [], 3).faults).toEqual([]);
  });
});

describe('atOnceOf', () => {
  it('allows the limit, and twice as many while it is disturbed', () => {
    const disturbed = [{ fromMs: 10, toMs: 20 }];
    const at = (atMs: number, count: number) => atOnceOf([{ atMs, count }], disturbed, 4).faults;
    expect(at(5, 4)).toEqual([]);
    expect(at(5, 5)).toEqual(['5 of 4 at once']);
    expect(at(15, 8)).toEqual([]);
    expect(at(15, 9)).toEqual(['9 of 4 at once, disturbed']);
  });
});

describe('changeFaults', () => {
  it('names what is seen late or never', () => {
    expect(changeFaults([{ what: 'a key', seenMs: 1000 }], 1000)).toEqual([]);
    expect(changeFaults([{ what: 'a key', seenMs: 1001 }], 1000)).toEqual(['seen late: a key, after 1001 ms']);
    expect(changeFaults([{ what: 'a key', seenMs: undefined }], Number.POSITIVE_INFINITY)).toEqual([
      'never seen by all: a key',
    ]);
  });
});
