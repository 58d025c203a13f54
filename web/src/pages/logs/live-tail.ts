import { EventSourceParserStream } from 'eventsource-parser/stream';
import { ApiError, ask } from '../../api/client';
import type { Schemas } from '../../api/client';
import { stringifySearch } from '../../frame/addresses';
import { LIST_FIELDS, rowOf, type LogRow } from './log-row';
import type { LogFilters } from './log-search';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

/** Who hears of new logs. */
export interface TailListener {
  readonly onRow: (row: LogRow) => void;
  /** The stream is open, or has broken off and will be tried again. */
  readonly onState: (state: 'open' | 'broken') => void;
  /** The stream is open and goes on after no log that is known: those before it may be missing. What this throws breaks it off. */
  readonly onGap: () => Promise<void>;
  /** It will not be tried again. */
  readonly onEnd: (error: unknown) => void;
}

/**
 * Follows the logs until the signal ends it. A stream that breaks off goes on after the last log that came.
 * @param lastId the newest log that is known; undefined = those from now on
 */
export async function followLogs(
  filters: LogFilters,
  lastId: string | undefined,
  signal: AbortSignal,
  listener: TailListener,
): Promise<void> {
  let last = lastId;
  let pauseMs = FIRST_PAUSE_MS;
  const path = `/admin/v1/logs/stream${stringifySearch({ ...filters, fields: LIST_FIELDS.join(',') })}`;
  while (!signal.aborted) {
    try {
      const response = await ask(path, { signal, headers: last === undefined ? {} : { 'last-event-id': last } });
      listener.onState('open');
      pauseMs = FIRST_PAUSE_MS;
      if (last === undefined) await listener.onGap();
      for await (const { id, data } of eventsOf(response)) {
        if (id !== undefined) last = id;
        listener.onRow(rowOf(JSON.parse(data) as Schemas['LogListItem']));
      }
    } catch (error) {
      if (signal.aborted) return;
      // A log that retention has dropped meanwhile is no place to go on from.
      if (error instanceof ApiError && error.status === 404 && last !== undefined) last = undefined;
      else if (error instanceof ApiError && error.status < 500) {
        listener.onEnd(error);
        return;
      }
    }
    if (signal.aborted) return;
    listener.onState('broken');
    await pause(pauseMs, signal);
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
  }
}

/** The events of an answer. Not every browser iterates over streams. */
async function* eventsOf({ body }: Response) {
  if (!body) return;
  const reader = body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream()).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.releaseLock();
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
