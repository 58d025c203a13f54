import { ManualClock } from '../../../test/support/manual-clock.js';
import { databaseUnavailable } from '../../database/database-errors.js';
import { AlertQueue, MAX_WAITING } from './alert-queue.js';
import type { BudgetOccurrence, NewEvent, SeenCondition } from './events.repository.js';

let clock: ManualClock;
let queue: AlertQueue;
/** What the database was told. */
let told: string[];
/** What it says to that. */
let answer: (subjects: readonly string[]) => void;
let isWanted: boolean;
let change: () => void;
beforeEach(() => {
  clock = new ManualClock();
  told = [];
  answer = () => undefined;
  isWanted = true;
  const take = async (subjects: readonly string[]): Promise<number> => {
    await Promise.resolve();
    answer(subjects);
    told.push(...subjects);
    return subjects.length;
  };
  const events = {
    ofBudgets: (budgets: readonly BudgetOccurrence[]) => Promise.resolve(budgets.map((it) => event(it.budgetId))),
    tell: (list: readonly NewEvent[]) => take(list.map(({ subject }) => subject)),
    see: (list: readonly SeenCondition[]) => take(list.map(({ subject }) => subject)),
  };
  const subscriptions = { wants: () => isWanted, onChange: (listener: () => void) => (change = listener) };
  const time = { now: () => new Date(clock.nowMs()), moment: () => new Date(clock.nowMs()) };
  queue = new AlertQueue(events, subscriptions, clock, time);
});

function event(subject: string): NewEvent {
  const now = new Date(0);
  const data = { since: now.toISOString(), lasted_seconds: 0 };
  return { type: 'ledger.recovered', subject, period: '1', occurredAt: now, data, relevantUntil: now };
}

const seen = { kind: 'ledger', subject: 'ledger', type: 'ledger.behind' as const, occurredAt: new Date(0), data: {} };
const startsAt = new Date(0);

it('writes what is raised, each once', async () => {
  for (const subject of ['a', 'b', 'a']) queue.raise(event(subject));
  queue.raiseOfBudget({ type: 'budget.exhausted', budgetId: 'c', startsAt });
  await queue.flush();
  queue.raise(event('a'));
  queue.raiseOfBudget({ type: 'budget.exhausted', budgetId: 'c', startsAt });
  await queue.flush();
  expect(told).toEqual(['a', 'b', 'c']);
  expect(queue.length).toBe(0);
});

it('writes what is seen again and again, as it must', async () => {
  for (const _ of [1, 2]) {
    queue.see(seen);
    await queue.flush();
  }
  expect(told).toEqual(['ledger', 'ledger']);
});

it('takes nothing that nobody wants, and what was told before when somebody new might want it', async () => {
  isWanted = false;
  queue.raise(event('a'));
  expect(queue.length).toBe(0);
  isWanted = true;
  for (const _ of [1, 2]) {
    queue.raise(event('a'));
    await queue.flush();
    change();
  }
  expect(told).toEqual(['a', 'a']);
});

it('waits while the database is away, as far as there is room, and counts what it drops', async () => {
  answer = () => {
    throw databaseUnavailable();
  };
  for (let index = 0; index < MAX_WAITING + 5; index += 1) queue.raise(event(String(index)));
  await queue.flush();
  expect([queue.length, queue.dropped, told.length]).toEqual([MAX_WAITING, 5, 0]);
  answer = () => undefined;
  clock.advance(5000);
  await queue.flush();
  expect([queue.length, queue.dropped, told.length]).toEqual([0, 5, MAX_WAITING]);
});

it('does not let one that cannot be written hold up the others', async () => {
  answer = (subjects) => {
    if (subjects.includes('bad')) throw new Error('invalid input');
  };
  for (const subject of ['a', 'bad', 'b']) queue.raise(event(subject));
  await queue.flush();
  expect([told.toSorted(), queue.length, queue.dropped]).toEqual([['a', 'b'], 0, 1]);
});

it('tells whoever sends them that there is something new, and writes the last when the gateway stops', async () => {
  let count = 0;
  queue.onTold(() => (count += 1));
  queue.raise(event('a'));
  await queue.beforeApplicationShutdown();
  expect([told, count]).toEqual([['a'], 1]);
});
