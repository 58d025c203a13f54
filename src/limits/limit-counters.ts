import type { LimitWindow } from './limit-window.js';

/** One thing that a request has to keep to, and what it takes of it. */
export interface LimitLine {
  /** Whose limit it is, and which: never that of two windows. */
  readonly counter: string;
  /** `place`: as long as the request runs. */
  readonly window: LimitWindow | 'place';
  /** Requests, or milliseconds of audio. */
  readonly most: number;
  /** Of the same; 0 = it is only asked what is used. A place is 1. */
  readonly amount: number;
}

/** What a request is about to take. */
export interface Taking {
  /** The request's. */
  readonly id: string;
  readonly lines: readonly LimitLine[];
}

/** What was said to it. */
export interface Taken {
  /** Whether a line had no room: then nothing was counted in any. */
  readonly isRefused: boolean;
  /** What is used of each line then, in their order. */
  readonly used: readonly number[];
  /** When that was, by the clock that the windows go by: milliseconds since the epoch. */
  readonly atMs: number;
}

/** What is given back to a window. */
export interface GivenBack {
  readonly counter: string;
  readonly startsMs: number;
  readonly amount: number;
}

/** Where is counted what requests take of limits, as long as it counts. */
export interface LimitCounters {
  /**
   * Counts a request in all of its lines, or in none.
   * @throws GatewayError 503 when it cannot be counted
   */
  take(taking: Taking): Taken | Promise<Taken>;
  /** Gives back what a request has taken in vain. Never rejects: what cannot be given back stays counted. */
  giveBack(given: readonly GivenBack[]): void | Promise<void>;
  /** The request has ended: its places are free. */
  leave(id: string): void;
}

/** What was counted in one window. */
export interface WindowCount {
  readonly counter: string;
  readonly window: LimitWindow;
  readonly startsMs: number;
  readonly used: number;
}

/** The places of a running request. */
export interface Places {
  readonly id: string;
  readonly counters: readonly string[];
}

/** The counters of which a request takes places; those that it only asks about are none. */
export function placesIn({ lines }: Pick<Taking, 'lines'>): readonly string[] {
  return lines.filter(({ window, amount }) => window === 'place' && amount > 0).map(({ counter }) => counter);
}
