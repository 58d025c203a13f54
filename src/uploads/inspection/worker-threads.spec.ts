import { readdirSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { WorkerThreads, type TaskEnd, type ThreadOptions } from './worker-threads.js';

const SCRIPTED = pathToFileURL('test/support/scripted-thread.mjs');
/** Time enough on any machine. */
const PATIENCE_MS = 100_000;
const MEBIBYTE = 1024 * 1024;

type Task =
  | { readonly do: 'echo'; readonly value: string }
  | { readonly do: 'wait'; readonly value: string; readonly gate: SharedArrayBuffer }
  | { readonly do: 'spin' | 'hoard' | 'throw' | 'leave' | 'fail' };

interface Answer {
  readonly value: string;
  readonly threadId: number;
}

type Threads = WorkerThreads<Task, Answer>;

const opened: Threads[] = [];
const gates: SharedArrayBuffer[] = [];
function threadsWith(options: Partial<ThreadOptions> = {}): Threads {
  const threads: Threads = new WorkerThreads({
    code: SCRIPTED,
    count: 1,
    maxWaiting: 100,
    timeoutMs: PATIENCE_MS,
    turnMs: PATIENCE_MS,
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 4 },
    ...options,
  });
  opened.push(threads);
  return threads;
}
afterEach(async () => {
  for (const gate of gates.splice(0)) open(gate);
  for (const threads of opened.splice(0)) await threads[Symbol.asyncDispose]();
});

const run = (threads: Threads, task: Task, sizeBytes = 0, signal?: AbortSignal): Promise<TaskEnd<Answer>> =>
  threads.run({ make: () => task, sizeBytes, signal });
const echo = (threads: Threads, value: string, sizeBytes = 0): Promise<TaskEnd<Answer>> =>
  run(threads, { do: 'echo', value }, sizeBytes);
const valueOf = ({ answer }: TaskEnd<Answer>): string | undefined => answer?.value;

/** A task that holds its thread until the gate is opened. */
function hold(
  threads: Threads,
  signal?: AbortSignal,
): { readonly ended: Promise<TaskEnd<Answer>>; readonly gate: SharedArrayBuffer } {
  const gate = new SharedArrayBuffer(4);
  gates.push(gate);
  return { ended: run(threads, { do: 'wait', value: 'held', gate }, 0, signal), gate };
}

function open(gate: SharedArrayBuffer): void {
  const state = new Int32Array(gate);
  Atomics.store(state, 0, 1);
  Atomics.notify(state, 0);
}

it('does one task after the other, on the same thread', async () => {
  const threads = threadsWith();
  const ends = await Promise.all(['a', 'b', 'c'].map((value) => echo(threads, value)));
  expect(ends.map(valueOf)).toEqual(['a', 'b', 'c']);
  expect(new Set(ends.map(({ answer }) => answer?.threadId)).size).toBe(1);
});

it('does as many at once as it has threads', async () => {
  const threads = threadsWith({ count: 2 });
  const first = hold(threads);
  expect(valueOf(await echo(threads, 'beside it'))).toBe('beside it');
  open(first.gate);
  expect(valueOf(await first.ended)).toBe('held');
});

it('takes small ones first, and makes a task only when its turn has come', async () => {
  const threads = threadsWith();
  const first = hold(threads);
  const order: string[] = [];
  const add = (value: string, sizeBytes: number) =>
    threads.run({ make: () => (order.push(value), { do: 'echo', value }), sizeBytes });
  const others = [add('large', 90 * MEBIBYTE), add('small', 1), add('other', 1)];
  expect(order).toEqual([]);
  open(first.gate);
  await Promise.all(others);
  expect(order).toEqual(['small', 'other', 'large']);
});

it('turns away what is too many, and nothing that waits', async () => {
  const threads = threadsWith({ maxWaiting: 2 });
  await echo(threads, 'started');
  const first = hold(threads);
  const waiting = [echo(threads, 'a'), echo(threads, 'b')];
  expect(await echo(threads, 'c')).toEqual({ failure: 'crowded' });
  open(first.gate);
  expect((await Promise.all(waiting)).map(valueOf)).toEqual(['a', 'b']);
});

it('keeps nobody waiting for what takes long, and has no more threads than before when it has ended', async () => {
  const threads = threadsWith({ turnMs: 1 });
  const long = hold(threads);
  const { answer } = await echo(threads, 'passes');
  expect(answer?.value).toBe('passes');
  open(long.gate);
  const ended = await long.ended;
  expect(ended.answer?.value).toBe('held');
  expect(ended.answer?.threadId).not.toBe(answer?.threadId);
});

it('has two threads more at most beside what takes long', async () => {
  const threads = threadsWith({ turnMs: 1 });
  const long = [hold(threads), hold(threads), hold(threads)];
  const waits = echo(threads, 'waits');
  // A thread that was free, or one more, would not be that of the last one.
  if (long[2]) open(long[2].gate);
  const last = await long[2]?.ended;
  expect((await waits).answer).toEqual({ value: 'waits', threadId: last?.answer?.threadId });
});

it('ends the thread of what takes too long, tells what was known by then, and goes on', async () => {
  const threads = threadsWith({ timeoutMs: 300 });
  const stuck = run(threads, { do: 'spin' });
  const next = echo(threads, 'next');
  expect(await stuck).toEqual({ failure: 'too_long', answer: { value: 'begun', threadId: expect.any(Number) } });
  expect(valueOf(await next)).toBe('next');
});

it.each([
  ['takes all memory', 'hoard', 'memory'],
  ['throws', 'throw', 'a bug'],
  ['ends the thread', 'leave', 'has ended'],
  ['fails and says so', 'fail', 'told of it'],
] as const)('survives what %s', async (_what, task, words) => {
  const threads = threadsWith();
  const broken = run(threads, { do: task });
  const next = echo(threads, 'next');
  const { failure, error } = await broken;
  expect([failure, error]).toEqual(['broken', expect.stringContaining(words)]);
  expect(valueOf(await next)).toBe('next');
});

it('says so where a task cannot be made or sent, and goes on', async () => {
  const threads = threadsWith();
  const noMemory = threads.run({
    make: () => {
      throw new RangeError('Array buffer allocation failed');
    },
    sizeBytes: 1,
  });
  expect(await noMemory).toMatchObject({ failure: 'broken', error: expect.stringContaining('allocation failed') });
  expect(valueOf(await echo(threads, 'next'))).toBe('next');
});

it('says so where no thread can be started, to each who asks', async () => {
  const threads = threadsWith({ code: pathToFileURL('test/support/no-such-thread.mjs') });
  const ends = await Promise.all([echo(threads, 'a'), echo(threads, 'b')]);
  expect(ends).toMatchObject([{ failure: 'broken' }, { failure: 'broken' }]);
  expect(ends[0]?.error).toContain('no-such-thread');
});

describe('a signal', () => {
  it('takes a task out of the line', async () => {
    const threads = threadsWith();
    const first = hold(threads);
    const gone = new AbortController();
    const waiting = run(threads, { do: 'throw' }, 0, gone.signal);
    const behind = echo(threads, 'behind');
    gone.abort(new Error('the client has gone'));
    await expect(waiting).rejects.toThrow('the client has gone');
    open(first.gate);
    expect(valueOf(await behind)).toBe('behind');
    await expect(run(threads, { do: 'spin' }, 0, gone.signal)).rejects.toThrow('the client has gone');
  });

  it('lets nobody wait for a task under way', async () => {
    const threads = threadsWith();
    const gone = new AbortController();
    const { ended: running, gate } = hold(threads, gone.signal);
    gone.abort(new Error('the client has gone'));
    await expect(running).rejects.toThrow('the client has gone');
    open(gate);
    expect(valueOf(await echo(threads, 'next'))).toBe('next');
  });
});

it('has no answer for what waits or is under way when it ends, nor for what comes then, and leaves nothing open', async () => {
  const before = readdirSync('/proc/self/fd').length;
  const threads = threadsWith({ count: 2 });
  threads.start();
  const asked = [run(threads, { do: 'spin' }), run(threads, { do: 'spin' }), echo(threads, 'waits')];
  await threads[Symbol.asyncDispose]();
  expect((await Promise.all(asked)).map(({ failure }) => failure)).toEqual(['closed', 'closed', 'closed']);
  expect(await echo(threads, 'late')).toEqual({ failure: 'closed' });
  await threads[Symbol.asyncDispose]();
  expect(readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(before);
});
