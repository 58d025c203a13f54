import { setTimeout as delay } from 'node:timers/promises';
import { isPassingFailure, wordsOf } from './connection-failure.js';
import type { DatabaseLog } from './database-log.js';
import { DatabaseSetupError } from './database-setup-error.js';
import { describeDatabase } from './database-url.js';
import { SqlConnection } from './sql-connection.js';

/** How long one attempt may take. */
const ATTEMPT_MS = 10_000;
const PAUSE_MS = 500;
/** How often it is said that it is still being waited. */
const REMINDER_MS = 10_000;

/** Which database to wait for, and how long. */
export interface WaitOptions {
  /** Its connection string. */
  readonly url: string;
  readonly log: DatabaseLog;
  /** 0 = one attempt. */
  readonly timeoutSeconds: number;
  /** Ends it at once. */
  readonly signal: AbortSignal;
}

/**
 * Waits until the database answers, as when both are started at once. What waiting cannot help, such as a wrong password, ends
 * it at once.
 * @throws DatabaseSetupError with the words of PostgreSQL or of the system
 * @throws the signal's reason
 */
export async function waitForDatabase({ url, log, timeoutSeconds, signal }: WaitOptions): Promise<void> {
  const database = describeDatabase(url);
  const startedMs = performance.now();
  const passedMs = (): number => performance.now() - startedMs;
  const passedSeconds = (): number => Math.round(passedMs() / 1000);
  let toldMs: number | undefined;
  for (;;) {
    const failure = await attempt(url, signal);
    signal.throwIfAborted();
    if (failure === undefined) break;
    const words = wordsOf(failure);
    const isOver = passedMs() + PAUSE_MS > 1000 * timeoutSeconds;
    if (isOver || !isPassingFailure(failure)) {
      const waited = toldMs === undefined ? '' : ` (waited for ${passedSeconds()} s: DATABASE_CONNECT_TIMEOUT_SECONDS)`;
      throw new DatabaseSetupError(`Cannot connect to ${database}: ${words}${waited}`, { cause: failure });
    }
    if (toldMs === undefined) log.warn(`Waiting for ${database}, for at most ${timeoutSeconds} s: ${words}`);
    else if (passedMs() - toldMs >= REMINDER_MS) {
      log.warn(`Still waiting for ${database} after ${passedSeconds()} of at most ${timeoutSeconds} s: ${words}`);
    }
    if (toldMs === undefined || passedMs() - toldMs >= REMINDER_MS) toldMs = passedMs();
    await delay(PAUSE_MS, undefined, { signal }).catch(() => undefined);
  }
  if (toldMs !== undefined) log.info(`${database} is there, after ${passedSeconds()} s`);
}

/** @returns why the database does not answer; undefined = it does */
async function attempt(url: string, signal: AbortSignal): Promise<unknown> {
  const connection = new SqlConnection(url, { connectMs: ATTEMPT_MS, statementMs: ATTEMPT_MS });
  const cut = (): void => connection.close();
  signal.addEventListener('abort', cut);
  try {
    await connection.query('SELECT 1');
    return undefined;
  } catch (error) {
    return error;
  } finally {
    signal.removeEventListener('abort', cut);
    connection.close();
  }
}
