import { AsyncLocalStorage } from 'node:async_hooks';

const asker = new AsyncLocalStorage<AbortSignal | undefined>();

/**
 * Calls a function: for whatever it asks, also later, somebody waits until the signal fires.
 * @param left its reason is what is thrown then
 */
export function askUntil<T>(left: AbortSignal, ask: () => T): T {
  return asker.run(left, ask);
}

/** Calls a function: what it asks is not for one alone, whoever has begun it. */
export function askForAll<T>(ask: () => T): T {
  return asker.run(undefined, ask);
}

/** Fires when nobody waits any more for what is asked here; undefined = it is not for one who may leave. */
export function askerLeft(): AbortSignal | undefined {
  return asker.getStore();
}
