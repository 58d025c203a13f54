// A thread that does what a test tells it, for the tests of `WorkerThreads`.
import { parentPort, threadId } from 'node:worker_threads';

const tasks = {
  echo: ({ value }) => ({ answer: { value, threadId }, isLast: true }),
  /** Waits until the test says so: without any time, and without a turn of the event loop. */
  wait: ({ gate, value }) => {
    post({ answer: { value: 'begun', threadId }, isLast: false });
    Atomics.wait(new Int32Array(gate), 0, 0);
    return { answer: { value, threadId }, isLast: true };
  },
  spin: () => {
    post({ answer: { value: 'begun', threadId }, isLast: false });
    for (;;);
  },
  hoard: () => {
    const held = [];
    for (;;) held.push(Array.from({ length: 1000 }, (_, index) => ({ index })));
  },
  throw: () => {
    throw new Error('a bug');
  },
  leave: () => process.exit(3),
  fail: () => ({ isLast: true, error: 'told of it' }),
};

function post(message) {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- it is a thread, no window
  parentPort.postMessage(message);
}

parentPort.on('message', (task) => post(tasks[task.do](task)));
post('started');
