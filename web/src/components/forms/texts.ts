import { formatInstant, type Zone } from '../../format/time';

/** An instant as the browser's field of a day and a time has it, by the clocks of a zone. */
export function clockOf(instant: string | null | undefined, zone: Zone): string {
  return instant ? formatInstant(instant, zone).replace(' ', 'T') : '';
}

/** The instant back; an empty field is none. */
export function instantOf(clock: string, zone: Zone): string | null {
  return clock === '' ? null : new Date(zone === 'utc' ? `${clock}Z` : clock).toISOString();
}

/** A number of a field that may be empty. */
export function numberOf(text: string): number | null {
  return text.trim() === '' ? null : Number(text);
}

/** What a field shows of a number that may be absent. */
export function textOf(value: number | null | undefined): string {
  return value == null ? '' : String(value);
}

/** Minutes as a field has them, in seconds. */
export function secondsOf(minutes: string): number | null {
  const value = numberOf(minutes);
  return value === null ? null : Math.round(value * 60_000) / 1000;
}

/** Seconds as a field has them, in minutes. */
export function minutesOf(seconds: number | null | undefined): string {
  return seconds == null ? '' : String(seconds / 60);
}

/** The entries of a text that has them in lines or between commas. */
export function entriesOf(text: string): string[] {
  return text
    .split(/[\n,]/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

/** The same where none means no list at all: null = all, or any. */
export function listOf(text: string): string[] | null {
  const entries = entriesOf(text);
  return entries.length > 0 ? entries : null;
}
