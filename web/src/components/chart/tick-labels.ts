import { zoneName, type Zone } from '../../format/time';

const HOUR_S = 3600;
const DAY_S = 86_400;
const MONTH_S = 28 * DAY_S;

/**
 * What stands at the ticks of the axis of time: the time of day, where a day begins the day, and of steps of months the month.
 * @param seconds where the ticks are
 * @param stepSeconds how far they are from each other
 */
export function tickLabels(seconds: readonly number[], stepSeconds: number, zone: Zone): string[] {
  const timeZone = zoneName(zone);
  const written = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat('en-GB', { ...options, timeZone });
    return (second: number) => format.format(second * 1000);
  };
  const day = written({ day: 'numeric', month: 'short' });
  if (stepSeconds >= MONTH_S) return seconds.map(written({ month: 'short', year: 'numeric' }));
  if (stepSeconds >= DAY_S) return seconds.map(day);
  const time = written({
    hour: '2-digit',
    minute: '2-digit',
    ...(stepSeconds < 60 ? { second: '2-digit' } : {}),
  });
  return seconds.map((second) => {
    const text = time(second);
    return stepSeconds >= HOUR_S / 2 && text === '00:00' ? day(second) : text;
  });
}
