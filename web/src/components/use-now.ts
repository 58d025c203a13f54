import { useSyncExternalStore } from 'react';

const EVERY_MS = 15_000;

let now = new Date();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = new Date();
    for (const each of listeners) each();
  }, EVERY_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The time, which goes on in steps: one clock for all that says how long ago something was. */
export function useNow(): Date {
  return useSyncExternalStore(subscribe, steppedNow);
}

/** The same, where nothing is drawn. */
export function steppedNow(): Date {
  return now;
}
