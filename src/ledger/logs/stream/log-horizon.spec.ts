import { AsyncResource } from 'node:async_hooks';
import { ManualClock } from '../../../../test/support/manual-clock.js';
import { askerLeft, askUntil } from '../../../acting/asker.js';
import { LogHorizon } from './log-horizon.js';

type Seen = { horizon: string; hasNews: boolean };

let clock: ManualClock;
/** What the database says next; nothing is that there are no news. */
let answers: (Seen | Error)[];
let asked: string[];
let horizon: LogHorizon;
beforeEach(() => {
  clock = new ManualClock();
  answers = [];
  asked = [];
  const ask = (before: string): Promise<Seen> => {
    asked.push(before);
    const answer = answers.shift() ?? { horizon: before, hasNews: false };
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  horizon = new LogHorizon({ horizon: ask }, clock);
});

const turn = () => new Promise(setImmediate);
async function second(): Promise<void> {
  clock.advance(1000);
  await turn();
}
const never = new AbortController().signal;

it('is what the database says, from the beginning on', async () => {
  answers = [{ horizon: '812', hasNews: true }];
  expect([await horizon.now(), asked]).toEqual(['812', ['0']]);
});

it('is looked for once a second for all who wait, and tells them all', async () => {
  const waiting = [horizon.after('10', never), horizon.after('9', never)];
  expect(clock.pendingTimers).toBe(1);
  await second();
  expect([asked.length, clock.pendingTimers]).toEqual([1, 1]);
  answers = [{ horizon: '11', hasNews: true }];
  await second();
  expect(await Promise.all(waiting)).toEqual(['11', '11']);
  expect([asked.length, clock.pendingTimers]).toEqual([2, 0]);
});

it('is looked for on behalf of all who wait, so that the first may leave', async () => {
  const first = new AbortController();
  const askers: (AbortSignal | undefined)[] = [];
  const repository = {
    horizon: async (before: string) => {
      askers.push(askerLeft());
      return await Promise.resolve({ horizon: before, hasNews: false });
    },
  };
  // As a real timer goes on for whom it was started.
  const startTimer: ManualClock['startTimer'] = (ms, then) => clock.startTimer(ms, AsyncResource.bind(then));
  const shared = new LogHorizon(repository, { startTimer });
  const waiting = askUntil(first.signal, () => shared.after('10', first.signal));
  void shared.after('10', never);
  await second();
  first.abort();
  await waiting;
  await second();
  expect(askers).toEqual([undefined, undefined]);
});

it('is known at once to who comes after the news, and by its number, not its digits', async () => {
  answers = [{ horizon: '100', hasNews: true }];
  const first = horizon.after('99', never);
  await second();
  expect(await first).toBe('100');
  expect(await horizon.after('99', never)).toBe('100');
  expect(clock.pendingTimers).toBe(0);
});

it('goes on being looked for where one of two was told of nothing new', async () => {
  answers = [{ horizon: '20', hasNews: true }];
  const [behind, ahead] = [horizon.after('10', never), horizon.after('30', never)];
  await second();
  expect(await behind).toBe('20');
  answers = [{ horizon: '31', hasNews: true }];
  await second();
  expect(await ahead).toBe('31');
});

it('outlasts a database that does not answer', async () => {
  answers = [new Error('away'), { horizon: '2', hasNews: true }];
  const waiting = horizon.after('1', never);
  await second();
  expect(clock.pendingTimers).toBe(1);
  await second();
  expect(await waiting).toBe('2');
});

it('lets go who has gone, and is not looked for when nobody waits', async () => {
  const gone = new AbortController();
  const waiting = horizon.after('1', gone.signal);
  gone.abort();
  expect(await waiting).toBeUndefined();
  await second();
  expect(clock.pendingTimers).toBe(0);
  expect(await horizon.after('1', gone.signal)).toBeUndefined();
});
