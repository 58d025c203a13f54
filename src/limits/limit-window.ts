import type { LimitName } from '../domain/limits.js';

/** Stretches of time of the calendar (UTC) in which is counted, in milliseconds: each begins with nothing. */
export const windows = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;
export type LimitWindow = keyof typeof windows;

/** What is counted, in which window. Milliseconds of audio are counted as whole numbers, so that nothing is lost in adding up. */
export const countedLimits = {
  requests_per_minute: { unit: 'requests', window: 'minute' },
  requests_per_day: { unit: 'requests', window: 'day' },
  audio_seconds_per_minute: { unit: 'audio_seconds', window: 'minute' },
  audio_seconds_per_hour: { unit: 'audio_seconds', window: 'hour' },
  audio_seconds_per_day: { unit: 'audio_seconds', window: 'day' },
} as const satisfies Partial<Record<LimitName, { readonly unit: LimitUnit; readonly window: LimitWindow }>>;
export type CountedLimit = keyof typeof countedLimits;
export type LimitUnit = 'requests' | 'audio_seconds';

/** All of them. */
export const countedNames: readonly CountedLimit[] = [
  'requests_per_minute',
  'requests_per_day',
  'audio_seconds_per_minute',
  'audio_seconds_per_hour',
  'audio_seconds_per_day',
];

/** When the window began that a moment is in, milliseconds since the epoch. */
export function windowStartMs(window: LimitWindow, epochMs: number): number {
  return Math.floor(epochMs / windows[window]) * windows[window];
}

/** A duration as OpenAI's headers have it: `59.5s`, `6m0s`, `23h59m59s`; under a second `120ms`. */
export function openAiDuration(ms: number): string {
  const whole = Math.max(Math.ceil(ms), 0);
  if (whole < 1000) return `${whole}ms`;
  const hours = Math.floor(whole / windows.hour);
  const minutes = Math.floor((whole % windows.hour) / windows.minute);
  const seconds = `${(whole % windows.minute) / 1000}s`;
  if (hours > 0) return `${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${minutes}m${seconds}` : seconds;
}
