import { useSyncExternalStore } from 'react';
import type { Zone } from '../format/time';

const KEPT_AS = 'auricle.zone';
const listeners = new Set<() => void>();

let zone: Zone = keptZone();

function keptZone(): Zone {
  try {
    return localStorage.getItem(KEPT_AS) === 'utc' ? 'utc' : 'local';
  } catch {
    return 'local';
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The zone that all times are shown in, as the header's switch has it. */
export function useZone(): Zone {
  return useSyncExternalStore(subscribe, chosenZone);
}

/** The same, where nothing is drawn. */
export function chosenZone(): Zone {
  return zone;
}

/** Shows all times in a zone, and keeps it for the next time. */
export function chooseZone(wish: Zone): void {
  zone = wish;
  try {
    localStorage.setItem(KEPT_AS, wish);
  } catch {
    // A browser that stores nothing shows it until it is closed.
  }
  for (const listener of listeners) listener();
}
