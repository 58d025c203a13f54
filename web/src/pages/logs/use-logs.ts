import { keepPreviousData, useInfiniteQuery, type InfiniteData, type QueryKey } from '@tanstack/react-query';
import { api } from '../../api/client';
import { periodOf, type PeriodSearch } from '../../frame/period';
import type { Zone } from '../../format/time';
import { LIST_FIELDS, rowOf, type LogRow } from './log-row';
import type { LogFilters } from './log-search';

const PAGE_ROWS = 100;

/** A part of the list. */
export interface LogsPart {
  readonly rows: readonly LogRow[];
  readonly nextCursor: string | null;
  /** Of the first part: how many there are in all, about. */
  readonly total: number | null;
  readonly isTotalExact: boolean;
  /** Of a search without a beginning: from when on was searched. */
  readonly searchedFrom: string | null;
}

export type LogsData = InfiniteData<LogsPart, string | null>;

/** What is asked for: the same again is the same list. */
export interface LogsQuestion {
  readonly filters: LogFilters;
  readonly period: PeriodSearch;
  readonly zone: Zone;
  /** Grows when the list is wanted anew. */
  readonly turn: number;
}

/** What the list of a question is kept under. */
export function logsKey(question: LogsQuestion): QueryKey {
  return ['logs', question];
}

/**
 * The instants that a period means now, for the API. A period that goes on has no end: what is answered at this moment is in it.
 */
export function rangeNow(period: PeriodSearch, zone: Zone): { from: string; to?: string } {
  const { from, to, name } = periodOf(period, new Date(), zone);
  const hasEnd = name === 'last_month' || period.to !== undefined;
  return hasEnd ? { from, to } : { from };
}

/** Reads a part of the list. @param cursor after which log; null = from the newest on */
export async function readLogs(
  { filters, period, zone }: LogsQuestion,
  cursor: string | null,
  signal: AbortSignal,
): Promise<LogsPart> {
  const { data } = await api.GET('/admin/v1/logs', {
    params: {
      query: {
        ...filters,
        ...rangeNow(period, zone),
        limit: PAGE_ROWS,
        fields: LIST_FIELDS.join(','),
        ...(cursor !== null && { cursor }),
      },
    },
    signal,
  });
  if (!data) throw new Error('The gateway has answered with no list.');
  return {
    rows: data.data.map(rowOf),
    nextCursor: data.next_cursor,
    total: data.total_estimate,
    isTotalExact: data.total_is_exact,
    searchedFrom: data.searched_from,
  };
}

/** The list, part by part. It is read anew only on demand: rows that move while they are read are of no use. */
export function useLogs(question: LogsQuestion) {
  return useInfiniteQuery({
    queryKey: logsKey(question),
    placeholderData: keepPreviousData,
    // Comparing all rows with each part that comes would take longer the more there are.
    structuralSharing: false,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => readLogs(question, pageParam, signal),
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
}
