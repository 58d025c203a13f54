/** Who follows the HTTP requests of one call of a provider, of which there may be several. */
export interface CallObserver {
  /** What is sent with each of them, beside what the provider wants. */
  readonly headers?: Readonly<Record<string, string>>;
  /** A request is about to be sent. */
  onRequest(url: string): void;
  /** The headers of an answer have come. */
  onResponse(): void;
}

/** By what all requests of a call have in common, whatever its adapter: the call's own signal. */
const observers = new WeakMap<AbortSignal, CallObserver>();

/** Has the call followed that obeys this signal, and no other call does. */
export function observeCall(signal: AbortSignal, observer: CallObserver): void {
  observers.set(signal, observer);
}

/** Who follows the call; undefined where nobody does. */
export function observerOf(signal: AbortSignal): CallObserver | undefined {
  return observers.get(signal);
}
