import { RunningRequests } from './running-requests.js';

describe('RunningRequests', () => {
  it('is idle at once when there is none', async () => {
    await expect(new RunningRequests().whenIdle()).resolves.toBeUndefined();
  });

  it('is idle when the last has ended, however it did', async () => {
    const running = new RunningRequests();
    const ended: string[] = [];
    const first = running.enter();
    const idle = (async () => {
      using _second = running.enter();
      ended.push('second');
      throw new Error('failed');
    })().catch(() => running.whenIdle().then(() => ended.push('idle')));
    await Promise.resolve();
    ended.push('first');
    first[Symbol.dispose]();
    await idle;
    expect(ended).toEqual(['second', 'first', 'idle']);
  });
});
