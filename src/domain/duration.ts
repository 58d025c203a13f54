/** LiteLLM's durations: a whole number and a unit. */
export const DURATION = /^(\d{1,9})(s|m|h|d|w|mo)$/;

const UNIT_SECONDS = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 } as const;

/**
 * The time at which a duration that begins now is over; an invalid date when it is none, or lasts beyond all time. A month (`mo`)
 * ends on the same day of a later month, or on that month's last day, as in LiteLLM (litellm/litellm_core_utils/duration_parser.py).
 * @param duration such as `30s`, `30m`, `30h`, `30d`, `2w`, `1mo`
 */
export function endOfDuration(duration: string, now: Date): Date {
  const [, count = '', unit = ''] = DURATION.exec(duration) ?? [];
  return unit === 'mo' ? monthsAfter(now, Number(count)) : secondsAfter(now, Number(count), unit);
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
