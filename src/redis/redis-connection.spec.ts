import { Worker } from 'node:worker_threads';
import { RedisConnection, type RedisConnectionParts } from './redis-connection.js';
import type { RedisClient } from './redis-client.js';
import { RedisAwayError, redisScript } from './redis.js';

const PATIENCE_MS = 20;
const script = redisScript('return 1');
const never = (): Promise<unknown> => new Promise(() => undefined);

function connectionTo(client: Partial<RedisClient>, times: Partial<RedisConnectionParts['times']> = {}) {
  const lines: string[] = [];
  const done = (): Promise<unknown> => Promise.resolve();
  const connection = new RedisConnection({
    open: () => ({ connect: done, prove: done, run: done, destroy: () => Promise.resolve(), ...client }),
    describe: String,
    prefix: '{n}',
    times: {
      patienceMs: PATIENCE_MS,
      connectMs: 60_000,
      pingMs: 60_000,
      retryMs: 60_000,
      maxRetryMs: 60_000,
      ...times,
    },
    logger: { log: (line) => lines.push(line), warn: (line) => lines.push(line) },
  });
  return { connection, lines };
}

it('takes an answer that has come in time while the process was busy', async () => {
  const run = (): Promise<unknown> => {
    const isSent = new Int32Array(new SharedArrayBuffer(4));
    const code = `
      const { parentPort, workerData } = require('node:worker_threads');
      parentPort.postMessage('answer');
      Atomics.store(workerData, 0, 1);
      Atomics.notify(workerData, 0);`;
    const worker = new Worker(code, { eval: true, workerData: isSent });
    const answer = new Promise((resolve) => worker.once('message', resolve));
    Promise.resolve().then(() => {
      // The answer is there, and the time is over.
      Atomics.wait(isSent, 0, 0);
      Atomics.wait(isSent, 0, 1, 2 * PATIENCE_MS);
    });
    return answer;
  };
  const { connection, lines } = connectionTo({ run });
  await connection.start();
  expect([await connection.run(script, [], []), lines]).toEqual(['answer', []]);
  await connection.stop();
});

it('has nobody wait after the first who waits in vain', async () => {
  const { connection, lines } = connectionTo({ run: never });
  await connection.start();
  const answers = await Promise.allSettled([1, 2, 3].map(() => connection.run(script, [], [])));
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  await expect(connection.run(script, [], [])).rejects.toThrow(RedisAwayError);
  expect(lines).toEqual([expect.stringContaining('no answer within 20 ms')]);
  await connection.stop();
});

it('starts although nobody answers, and ends although it is still trying', async () => {
  let destroyed = 0;
  const destroy = async () => void (destroyed += 1);
  const { connection, lines } = connectionTo({ connect: never, destroy });
  await connection.start();
  expect(connection.isAway).toBe(true);
  await connection.stop();
  await new Promise(setImmediate);
  expect([destroyed, lines]).toEqual([1, []]);
});
