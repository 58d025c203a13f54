import { ConfirmedAnswers } from './confirmed-answers.js';
import { databaseUnavailable } from './database-errors.js';

const FRESH_MS = 10;
const MISSING_FRESH_MS = 60;
const GRACE_MS = 100;

interface Thing {
  readonly id: number;
}

let now: number;
let asked: number;
let stored: Map<string, Thing>;
let isAway: boolean;
let answers: ConfirmedAnswers<Thing>;
beforeEach(() => {
  now = 0;
  asked = 0;
  isAway = false;
  stored = new Map([['a', { id: 1 }]]);
  answers = make();
});

const make = (changes: { max?: number; graceMs?: number } = {}) =>
  new ConfirmedAnswers<Thing>({
    max: 3,
    freshMs: FRESH_MS,
    missingFreshMs: MISSING_FRESH_MS,
    graceMs: GRACE_MS,
    nowMs: () => now,
    ...changes,
  });
const find = (key: string) =>
  answers.find(key, () => {
    asked += 1;
    return isAway ? Promise.reject(databaseUnavailable()) : Promise.resolve(stored.get(key));
  });
const unavailable = { code: 'database_unavailable' };

it('asks again when an answer is not fresh any more', async () => {
  expect(await find('a')).toEqual({ id: 1 });
  now = FRESH_MS - 1;
  expect(await find('a')).toEqual({ id: 1 });
  expect(asked).toBe(1);
  stored.clear();
  now = FRESH_MS;
  expect(await find('a')).toBeUndefined();
  now += MISSING_FRESH_MS - 1;
  stored.set('a', { id: 2 });
  expect(await find('a')).toBeUndefined();
  expect(asked).toBe(2);
  now += 1;
  expect(await find('a')).toEqual({ id: 2 });
});

it('gives the last answer while the database is away, up to the millisecond', async () => {
  await find('a');
  await find('no');
  isAway = true;
  now = GRACE_MS;
  expect(await find('a')).toEqual({ id: 1 });
  expect(await find('no')).toBeUndefined();
  await expect(find('never')).rejects.toMatchObject(unavailable);
  now = GRACE_MS + 1;
  await expect(find('a')).rejects.toMatchObject(unavailable);
  await expect(find('no')).rejects.toMatchObject(unavailable);
});

it('counts the grace from the moment at which the database was asked', async () => {
  let answer: (thing: Thing) => void = () => undefined;
  const first = answers.find('b', () => new Promise((resolve) => (answer = resolve)));
  now = 50;
  answer({ id: 3 });
  expect(await first).toEqual({ id: 3 });
  isAway = true;
  now = GRACE_MS + 1;
  await expect(find('b')).rejects.toMatchObject(unavailable);
});

it('without grace asks every time', async () => {
  answers = make({ graceMs: 0 });
  await find('a');
  await find('a');
  expect(asked).toBe(2);
  isAway = true;
  now = 1;
  await expect(find('a')).rejects.toMatchObject(unavailable);
});

it('hides no other error', async () => {
  await find('a');
  now = FRESH_MS;
  const mistake = new Error('a mistake of ours');
  await expect(answers.find('a', () => Promise.reject(mistake))).rejects.toBe(mistake);
});

it('asks once for all who ask at the same time, also where that fails', async () => {
  expect(await Promise.all([find('a'), find('a'), find('a')])).toEqual([{ id: 1 }, { id: 1 }, { id: 1 }]);
  expect(asked).toBe(1);
  now = FRESH_MS;
  isAway = true;
  expect(await Promise.all([find('a'), find('a')])).toEqual([{ id: 1 }, { id: 1 }]);
  expect(asked).toBe(2);
});

it.each([
  ['what is meant', () => answers.forget(({ id }) => id === 1)],
  ['all', () => answers.clear()],
])('forgets %s, also what is under way', async (_, forget) => {
  await find('a');
  forget();
  stored.set('a', { id: 1 });
  let answer: (thing: Thing) => void = () => undefined;
  const before = answers.find('a', () => new Promise((resolve) => (answer = resolve)));
  forget();
  stored.set('a', { id: 2 });
  // Nobody shares what was asked before the change.
  expect(await find('a')).toEqual({ id: 2 });
  answer({ id: 1 });
  expect(await before).toEqual({ id: 1 });
  expect(await find('a')).toEqual({ id: 2 });
  isAway = true;
  answers.forget(({ id }) => id === 1);
  expect(await find('a')).toEqual({ id: 2 });
});

it('forgets that something was not there', async () => {
  expect(await find('b')).toBeUndefined();
  stored.set('b', { id: 2 });
  answers.forgetMissing('b');
  expect(await find('b')).toEqual({ id: 2 });
});

it('keeps what is there, however many others are asked for', async () => {
  await find('a');
  for (let index = 0; index < 10; index += 1) await find(`made up ${index}`);
  isAway = true;
  now = FRESH_MS;
  expect(await find('a')).toEqual({ id: 1 });
  expect(await find('made up 9')).toBeUndefined();
  await expect(find('made up 0').then(() => find('made up 1'))).rejects.toMatchObject(unavailable);
});
