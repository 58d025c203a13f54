import type { Clock } from '../../http/clock.js';

/** How long a request waits for another; not beyond its own end. To be disposed when it waits no longer. */
export class Patience implements Disposable {
  /** Resolves, with nothing, when it is over. */
  readonly end: Promise<undefined>;
  private isEnded = false;
  private readonly stop: () => void;

  /** @param signal ends it, too */
  constructor(
    private readonly clock: Clock,
    ms: number,
    signal: AbortSignal,
  ) {
    let resolveEnd = (): void => undefined;
    this.end = new Promise((resolve) => (resolveEnd = () => resolve(undefined)));
    const over = (): void => {
      this.isEnded = true;
      resolveEnd();
    };
    const cancel = clock.startTimer(ms, over);
    signal.addEventListener('abort', over, { once: true });
    this.stop = () => {
      cancel();
      signal.removeEventListener('abort', over);
    };
  }

  get isOver(): boolean {
    return this.isEnded;
  }

  /** Resolves after so many milliseconds, or when it is over. */
  async pause(ms: number): Promise<void> {
    let wake = (): void => undefined;
    const woken = new Promise<void>((resolve) => (wake = resolve));
    const cancel = this.clock.startTimer(ms, wake);
    await Promise.race([woken, this.end]);
    cancel();
  }

  [Symbol.dispose](): void {
    this.stop();
  }
}
