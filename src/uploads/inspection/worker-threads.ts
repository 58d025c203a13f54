import { Worker, type ResourceLimits } from 'node:worker_threads';
import { WaitingLine } from './waiting-line.js';

/** What a thread posts for a task: what it knows so far, or all of it. */
export interface ThreadMessage<Answer> {
  /** Absent = nothing yet. */
  readonly answer?: Answer;
  /** Whether the task is done; nothing more comes of it. */
  readonly isLast: boolean;
  /** What went wrong in the thread, for the process log. */
  readonly error?: string;
}

/**
 * Why a task has no whole answer: it took too long; the thread failed or died of it; there were too many; or everything ends.
 */
export type TaskFailure = 'too_long' | 'broken' | 'crowded' | 'closed';

/** What became of a task. */
export interface TaskEnd<Answer> {
  /** All that the thread has told, which is not everything where there is a failure. */
  readonly answer?: Answer;
  readonly failure?: TaskFailure;
  /** What went wrong, for the process log. */
  readonly error?: string;
}

/** One task, as it waits. */
export interface ThreadTask<Task> {
  /** Made when its turn has come, so that what it copies is not held by those who wait. */
  readonly make: () => Task;
  /** Of what it is about: see {@link WaitingLine}. */
  readonly sizeBytes: number;
  /** Its client has gone, or its deadline has passed. */
  readonly signal?: AbortSignal;
}

/** How threads are run. */
export interface ThreadOptions {
  /** Posts a first message when it has started, and then {@link ThreadMessage}s for every task that it is sent. */
  readonly code: URL;
  /** How many there are. */
  readonly count: number;
  /** Beyond so many tasks that wait, a further one is turned away. */
  readonly maxWaiting: number;
  /** Of one task, from when a thread gets it; then the thread ends with it. */
  readonly timeoutMs: number;
  /** A task that takes longer keeps nobody waiting: beside it there is another thread for as long. */
  readonly turnMs: number;
  readonly resourceLimits: ResourceLimits;
}

interface Job<Task, Answer> extends ThreadTask<Task> {
  readonly settle: (end: TaskEnd<Answer>) => void;
}

/** Threads beyond {@link ThreadOptions.count}, beside tasks that take long. */
const MAX_EXTRA = 2;

/** Threads that do one task after the other, and are replaced when a task ends them. */
export class WorkerThreads<Task, Answer> implements AsyncDisposable {
  private readonly line = new WaitingLine<Job<Task, Answer>>();
  /** With those that are starting; each ends when it is asked to, and never before it has started. */
  private readonly threads = new Map<Worker, Promise<void>>();
  private readonly idle: Worker[] = [];
  /** Stops a task under way. */
  private readonly running = new Map<Worker, (failure: TaskFailure) => void>();
  private slow = 0;
  private isClosed = false;

  constructor(private readonly options: ThreadOptions) {}

  /** Starts the threads, if they are not there. They do not keep the process alive. */
  start(): void {
    if (this.isClosed) return;
    while (this.threads.size < this.allowed) this.startOne();
  }

  /**
   * Does a task when its turn has come.
   * @throws the signal's reason, while it waits or is under way
   */
  async run(task: ThreadTask<Task>): Promise<TaskEnd<Answer>> {
    task.signal?.throwIfAborted();
    if (this.isClosed) return { failure: 'closed' };
    if (this.line.length >= this.options.maxWaiting) return { failure: 'crowded' };
    return await new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.line.leave(job);
        reject(task.signal?.reason);
      };
      const settle = (end: TaskEnd<Answer>): void => {
        task.signal?.removeEventListener('abort', onAbort);
        resolve(end);
      };
      const job = { ...task, settle };
      task.signal?.addEventListener('abort', onAbort, { once: true });
      this.line.add(job, task.sizeBytes);
      this.next();
    });
  }

  /** Ends the threads; what waits or is under way has no answer. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.isClosed = true;
    const threads = [...this.threads.keys()];
    for (let job = this.line.take(); job; job = this.line.take()) job.settle({ failure: 'closed' });
    for (const stop of this.running.values()) stop('closed');
    await Promise.all(threads.map((thread) => this.end(thread)));
  }

  private get allowed(): number {
    return this.options.count + Math.min(this.slow, MAX_EXTRA);
  }

  private next(): void {
    while (this.line.length > 0) {
      const thread = this.idle.pop();
      if (!thread) break;
      const job = this.line.take();
      if (job) this.give(thread, job);
    }
    if (this.line.length > 0) this.start();
  }

  private startOne(): void {
    const { code, resourceLimits } = this.options;
    const thread = new Worker(code, { resourceLimits });
    const started = new Promise<void>((resolve, reject) => {
      thread.once('message', () => resolve());
      thread.on('error', reject);
      thread.once('exit', () => {
        this.forget(thread);
        reject(new Error('the thread has ended'));
      });
    });
    this.threads.set(thread, started);
    started.then(
      () => {
        thread.unref();
        this.free(thread);
      },
      // Whoever waits longest is told; for the next one it is tried again.
      (error: unknown) => {
        this.forget(thread);
        this.line.take()?.settle({ failure: 'broken', error: textOf(error) });
        this.next();
      },
    );
  }

  private free(thread: Worker): void {
    if (!this.threads.has(thread) || this.isClosed) return;
    if (this.threads.size > this.allowed) {
      void this.end(thread);
      return;
    }
    this.idle.push(thread);
    this.next();
  }

  private give(thread: Worker, job: Job<Task, Answer>): void {
    const { timeoutMs, turnMs } = this.options;
    let answer: Answer | undefined;
    let isSlow = false;
    const finish = (end: Omit<TaskEnd<Answer>, 'answer'>): void => {
      for (const timer of timers) clearTimeout(timer);
      thread.off('message', onMessage).off('error', onError).off('exit', onExit);
      this.running.delete(thread);
      if (isSlow) this.slow -= 1;
      job.settle({ ...end, ...(answer !== undefined && { answer }) });
    };
    const giveUp = (failure: TaskFailure, error?: string): void => {
      finish({ failure, error });
      void this.end(thread);
      if (!this.isClosed) this.start();
    };
    const onMessage = (message: ThreadMessage<Answer>): void => {
      answer = message.answer ?? answer;
      if (!message.isLast) return;
      finish(message.error === undefined ? {} : { failure: 'broken', error: message.error });
      this.free(thread);
    };
    let died = 'the thread has ended';
    const onError = (error: unknown): void => {
      died = textOf(error);
    };
    // What it has posted comes by another way than its error, and may be later; it is all there when the thread has ended.
    const onExit = (): void => giveUp('broken', died);
    const timers = [
      setTimeout(() => giveUp('too_long'), timeoutMs),
      setTimeout(() => {
        isSlow = true;
        this.slow += 1;
        this.next();
      }, turnMs),
    ];
    thread.on('message', onMessage).on('error', onError).on('exit', onExit);
    this.running.set(thread, giveUp);
    try {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- it is a thread, no window
      thread.postMessage(job.make());
    } catch (error) {
      finish({ failure: 'broken', error: textOf(error) });
      this.free(thread);
    }
  }

  /** Node has crashed where a thread was ended while it read its code. */
  private async end(thread: Worker): Promise<void> {
    const started = this.threads.get(thread);
    this.forget(thread);
    await started?.catch(() => undefined);
    await thread.terminate();
  }

  private forget(thread: Worker): void {
    this.threads.delete(thread);
    const at = this.idle.indexOf(thread);
    if (at !== -1) this.idle.splice(at, 1);
  }
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}
