import { useSyncExternalStore } from 'react';

/** What the dashboard is drawn in. */
export type Theme = 'light' | 'dark';

/** Where it is kept; `public/first-theme.js` reads it as well, before anything is drawn. */
const KEPT_AS = 'auricle.theme';

const listeners = new Set<() => void>();

function themeNow(): Theme {
  return document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light';
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The theme that is shown, for what is drawn by a program: everything else follows the tokens. */
export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, themeNow);
}

/** Shows a theme, and keeps it for the next time. */
export function chooseTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem(KEPT_AS, theme);
  } catch {
    // A browser that stores nothing shows it until it is closed.
  }
  for (const listener of listeners) listener();
}
