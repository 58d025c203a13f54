/** The zone that times are shown in: the reader's own, or UTC. */
export type Zone = 'local' | 'utc';

/** The IANA name of a zone, for the API and for files: `Europe/Berlin`. */
export function zoneName(zone: Zone): string {
  return zone === 'utc' ? 'UTC' : Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** An instant to the second, in a zone, without saying which: `2026-11-27 14:02:11`. */
export function formatInstant(instant: Date | string, zone: Zone): string {
  // Swedish writes dates as ISO 8601 does.
  return new Date(instant).toLocaleString('sv-SE', zone === 'utc' ? { timeZone: 'UTC' } : {});
}

/** The time of day to a tenth of a second, for rows of the same day: `14:02:11.2`. */
export function formatTimeOfDay(instant: Date | string, zone: Zone): string {
  return new Date(instant)
    .toLocaleTimeString('sv-SE', {
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      fractionalSecondDigits: 1,
      ...(zone === 'utc' ? { timeZone: 'UTC' } : {}),
    })
    .replace(',', '.');
}

/** A day in a zone: `2026-11-27`. */
export function formatDay(instant: Date | string, zone: Zone): string {
  return new Date(instant).toLocaleDateString('sv-SE', zone === 'utc' ? { timeZone: 'UTC' } : {});
}

/** An instant to the second with what its zone is off UTC, for files: `2026-11-27T14:02:11+01:00`. */
export function formatWithOffset(instant: Date | string, zone: Zone): string {
  const date = new Date(instant);
  const minutes = zone === 'utc' ? 0 : -date.getTimezoneOffset();
  const local = new Date(date.getTime() + minutes * 60_000).toISOString().slice(0, 19);
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const offset = `${minutes < 0 ? '-' : '+'}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`;
  return local + (minutes === 0 ? 'Z' : offset);
}

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** How long ago, or in how long: `2 min. ago`, `in 3 days`. */
export function formatAgo(instant: Date | string, now: Date): string {
  const seconds = (new Date(instant).getTime() - now.getTime()) / 1000;
  const step = STEPS.find(([, size]) => Math.abs(seconds) >= size);
  if (!step) return seconds > 0 ? 'in a moment' : 'just now';
  return new Intl.RelativeTimeFormat('en', { style: 'short', numeric: 'always' }).format(
    Math.trunc(seconds / step[1]),
    step[0],
  );
}

/** A place in a recording: `03:11`, `1:02:03`. */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${two(minutes)}:${two(rest)}`;
}
