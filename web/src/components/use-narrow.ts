import { useSyncExternalStore } from 'react';

const narrow = matchMedia('(max-width: 639px)');

function subscribe(listener: () => void): () => void {
  narrow.addEventListener('change', listener);
  return () => narrow.removeEventListener('change', listener);
}

/** Whether there is room for cards only, not for a table: what is drawn by a program has to know it. */
export function useIsNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => narrow.matches);
}
