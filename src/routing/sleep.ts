import { setTimeout as delay } from 'node:timers/promises';

/** Waits; rejects as soon as the signal fires. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

/** Injection token of {@link Sleep}. */
export const SLEEP = Symbol('SLEEP');

/** Waits in real time. */
export const realSleep: Sleep = (ms, signal) => delay(ms, undefined, { signal });
