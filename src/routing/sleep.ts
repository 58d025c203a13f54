import { setTimeout as delay } from 'node:timers/promises';
import type { Sleep } from '../domain/sleep.js';

/** Injection token of {@link Sleep}. */
export const SLEEP = Symbol('SLEEP');

/** Waits in real time. */
export const realSleep: Sleep = (ms, signal) => delay(ms, undefined, { signal });
