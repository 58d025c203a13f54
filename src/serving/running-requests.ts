/** Counts the requests that are being served, so that there are not too many and a shutdown can wait for the last. */
export class RunningRequests {
  private running = 0;
  private onIdle: (() => void) | undefined;

  /** How many there are. */
  get count(): number {
    return this.running;
  }

  /** One more, until what is returned is disposed of. */
  enter(): Disposable {
    this.running += 1;
    return {
      [Symbol.dispose]: () => {
        this.running -= 1;
        if (this.running === 0) this.onIdle?.();
      },
    };
  }

  /** Resolves when none is left. */
  async whenIdle(): Promise<void> {
    if (this.running === 0) return;
    await new Promise<void>((resolve) => (this.onIdle = resolve));
  }
}
