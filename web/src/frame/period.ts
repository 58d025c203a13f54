import { useNavigate, useSearch } from '@tanstack/react-router';
import * as z from 'zod/mini';
import { useNow } from '../components/use-now';
import { useZone } from './zone';
import type { Zone } from '../format/time';

/** What a period is called in addresses, and in the header. */
export const PERIODS = {
  '1h': 'Last hour',
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
  '30d': 'Last 30 days',
  month: 'This month',
  last_month: 'Last month',
} as const;

export type PeriodName = keyof typeof PERIODS;

const HOUR_MS = 3_600_000;
const LENGTHS_MS = { '1h': HOUR_MS, '24h': 24 * HOUR_MS, '7d': 7 * 24 * HOUR_MS, '30d': 30 * 24 * HOUR_MS };

const instant = z.string().check(z.refine((text) => !Number.isNaN(Date.parse(text))));

/** What every page's address says of time: a period that goes on, or two instants. */
export const periodSearch = z.object({
  period: z.catch(z.optional(z.enum(Object.keys(PERIODS) as [PeriodName, ...PeriodName[]])), undefined),
  from: z.catch(z.optional(instant), undefined),
  to: z.catch(z.optional(instant), undefined),
});

export type PeriodSearch = z.infer<typeof periodSearch>;

/** A stretch of time that is looked at. */
export interface Period {
  /** ISO 8601, as the API takes them. */
  readonly from: string;
  readonly to: string;
  /** What it is divided by where it is drawn: some 24 to 60 parts. */
  readonly bucket: 'minute' | 'hour' | 'day';
  /** Undefined of one that lies between two instants. */
  readonly name: PeriodName | undefined;
}

/** The period that a page's address means, now. Without any it is the last 24 hours. */
export function periodOf(search: PeriodSearch, now: Date, zone: Zone): Period {
  if (search.from || search.to) {
    const to = search.to ? new Date(search.to) : now;
    const from = search.from ? new Date(search.from) : new Date(to.getTime() - LENGTHS_MS['24h']);
    return withBucket(from, to, undefined);
  }
  const name = search.period ?? '24h';
  if (name === 'month') return withBucket(monthStart(now, 0, zone), now, name);
  if (name === 'last_month') return withBucket(monthStart(now, -1, zone), monthStart(now, 0, zone), name);
  return withBucket(new Date(now.getTime() - LENGTHS_MS[name]), now, name);
}

function withBucket(from: Date, to: Date, name: PeriodName | undefined): Period {
  const lengthMs = to.getTime() - from.getTime();
  const bucket = lengthMs <= 2 * HOUR_MS ? 'minute' : lengthMs <= 72 * HOUR_MS ? 'hour' : 'day';
  return { from: from.toISOString(), to: to.toISOString(), bucket, name };
}

function monthStart(now: Date, months: number, zone: Zone): Date {
  return zone === 'utc'
    ? new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 1))
    : new Date(now.getFullYear(), now.getMonth() + months, 1);
}

/** The period before one, of the same length: what figures are compared with. */
export function periodBefore({ from, to }: Period): { from: string; to: string } {
  const [start, end] = [Date.parse(from), Date.parse(to)];
  return { from: new Date(start - (end - start)).toISOString(), to: from };
}

/** The period of the page that is shown. It goes on with the time in steps of 15 seconds. */
export function usePeriod(): Period {
  const search: PeriodSearch = useSearch({ strict: false });
  const zone = useZone();
  return periodOf(search, useNow(), zone);
}

/** Leads to the same page with another period. */
export function useChoosePeriod(): (wish: PeriodSearch) => void {
  const navigate = useNavigate();
  return ({ period, from, to }) =>
    void navigate({ to: '.', search: (search) => ({ ...search, period, from, to, cursor: undefined }) });
}
