/** The zone that times are shown in: the reader's own, or UTC. */
export type Zone = 'local' | 'utc';

/** How instants are written. Swedish writes dates as ISO 8601 does. */
const LOOKS = {
  instant: { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' },
  day: { year: 'numeric', month: '2-digit', day: '2-digit' },
  timeOfDay: { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 1 },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

/** Making one takes as long as drawing a row. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(look: keyof typeof LOOKS, zone: Zone): Intl.DateTimeFormat {
  const name = `${look} ${zone}`;
  const made = formats.get(name);
  if (made) return made;
  const format = new Intl.DateTimeFormat('sv-SE', { ...LOOKS[look], ...(zone === 'utc' && { timeZone: 'UTC' }) });
  formats.set(name, format);
  return format;
}

function written(instant: Date | string, look: keyof typeof LOOKS, zone: Zone): string {
  const date = new Date(instant);
  return Number.isNaN(date.getTime()) ? String(date) : formatOf(look, zone).format(date);
}

/** The IANA name of a zone, for the API and for files: `Europe/Berlin`. */
export function zoneName(zone: Zone): string {
  return zone === 'utc' ? 'UTC' : formatOf('instant', zone).resolvedOptions().timeZone;
}

/** An instant to the second, in a zone, without saying which: `2026-11-27 14:02:11`. */
export function formatInstant(instant: Date | string, zone: Zone): string {
  return written(instant, 'instant', zone);
}

/** The time of day to a tenth of a second, for rows of the same day: `14:02:11.2`. */
export function formatTimeOfDay(instant: Date | string, zone: Zone): string {
  return written(instant, 'timeOfDay', zone).replace(',', '.');
}

/** A day in a zone: `2026-11-27`. */
export function formatDay(instant: Date | string, zone: Zone): string {
  return written(instant, 'day', zone);
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

const RELATIVE = new Intl.RelativeTimeFormat('en', { style: 'short', numeric: 'always' });

/** How long ago, or in how long: `2 min. ago`, `in 3 days`. */
export function formatAgo(instant: Date | string, now: Date): string {
  const seconds = (new Date(instant).getTime() - now.getTime()) / 1000;
  const step = STEPS.find(([, size]) => Math.abs(seconds) >= size);
  if (!step) return seconds > 0 ? 'in a moment' : 'just now';
  return RELATIVE.format(Math.trunc(seconds / step[1]), step[0]);
}

/** A place in a recording: `03:11`, `1:02:03`. */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${two(minutes)}:${two(rest)}`;
}
