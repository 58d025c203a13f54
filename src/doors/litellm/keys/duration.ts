import { badRequest } from '../../../domain/errors.js';
import { LATEST_TIME } from '../../../http/admin/time.js';

/** LiteLLM's durations: a whole number and a unit. */
export const DURATION = /^(\d{1,9})(s|m|h|d|w|mo)$/;

/** In a change, LiteLLM also has `-1`, with which a key no longer expires. */
export const DURATION_OR_FOR_EVER = /^(?:\d{1,9}(?:s|m|h|d|w|mo)|-1)$/;

/** A duration, or an empty text, which says nothing. */
export const DURATION_OR_NONE = /^(?:\d{1,9}(?:s|m|h|d|w|mo))?$/;

const UNIT_SECONDS = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 } as const;

/**
 * The time at which a duration that begins now is over. A month (`mo`) ends on the same day of a later month, or on that
 * month's last day, as in LiteLLM (litellm/litellm_core_utils/duration_parser.py).
 * @param duration such as `30s`, `30m`, `30h`, `30d`, `2w`, `1mo`
 * @param field where it was sent
 * @throws GatewayError 400 when that is none, or ends after the year 9999
 */
export function timeAfter(duration: string, now: Date, field = 'duration'): Date {
  const [, count = '', unit = ''] = DURATION.exec(duration) ?? [];
  const end = unit === 'mo' ? monthsAfter(now, Number(count)) : secondsAfter(now, Number(count), unit);
  if (end <= LATEST_TIME) return end;
  throw badRequest(`Invalid '${field}': must end before the year 10000`, field, 'invalid_value');
}

function secondsAfter(now: Date, count: number, unit: string): Date {
  const seconds = Object.entries(UNIT_SECONDS).find(([name]) => name === unit)?.[1] ?? Number.NaN;
  return new Date(now.getTime() + 1000 * seconds * count);
}

function monthsAfter(now: Date, count: number): Date {
  const end = new Date(now);
  end.setUTCMonth(now.getUTCMonth() + count);
  // The 31st of a month of thirty days is the 1st of the next one.
  if (end.getUTCDate() !== now.getUTCDate()) end.setUTCDate(0);
  return end;
}
