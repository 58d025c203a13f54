import { useSyncExternalStore } from 'react';
import * as z from 'zod/mini';

/** Something that a browser keeps under a name, and that every part of a page sees change. */
export function keptStore<Value>(keptAs: string, schema: z.ZodMiniType<Value>, fallback: Value) {
  const listeners = new Set<() => void>();
  let value = read();

  function read(): Value {
    try {
      const text = localStorage.getItem(keptAs);
      const parsed = schema.safeParse(text === null ? undefined : JSON.parse(text));
      return parsed.success ? parsed.data : fallback;
    } catch {
      return fallback;
    }
  }

  return {
    use: (): Value =>
      useSyncExternalStore(
        (listener) => {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
        () => value,
      ),
    set(wish: Value): void {
      value = wish;
      try {
        localStorage.setItem(keptAs, JSON.stringify(wish));
      } catch {
        // A browser that stores nothing has it until it is closed.
      }
      for (const listener of listeners) listener();
    },
  };
}
