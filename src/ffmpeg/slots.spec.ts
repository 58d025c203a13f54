import { Slots } from './slots.js';

const never = new AbortController().signal;

describe('Slots', () => {
  it('lets so many in, and the others when somebody leaves, first come, first served', async () => {
    const slots = new Slots(1);
    const first = await slots.enter(never);
    const entered: string[] = [];
    const second = slots.enter(never).then((slot) => (entered.push('second'), slot));
    const third = slots.enter(never).then((slot) => (entered.push('third'), slot));
    await new Promise(setImmediate);
    expect(entered).toEqual([]);
    first[Symbol.dispose]();
    (await second)[Symbol.dispose]();
    (await third)[Symbol.dispose]();
    expect(entered).toEqual(['second', 'third']);
    using _again = await slots.enter(never);
  });

  it('lets nobody in who has left', async () => {
    const slots = new Slots(1);
    const first = await slots.enter(never);
    const leaving = new AbortController();
    const gone = slots.enter(leaving.signal);
    const next = slots.enter(never);
    leaving.abort(new Error('gone'));
    await expect(gone).rejects.toThrow('gone');
    first[Symbol.dispose]();
    using _slot = await next;
    await expect(slots.enter(leaving.signal)).rejects.toThrow('gone');
  });
});
