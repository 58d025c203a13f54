import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { isLockNotAvailable, LOCK_NOT_AVAILABLE } from '../../database/database-errors.js';
import type { SqlConnection } from '../../database/sql-connection.js';
import { closeSql } from './closed-rollup.js';

/** Arbitrary, but for ever: with it one gateway at a time closes days. The class of our locks is that of the ledger's. */
const CLOSING_LOCK = '7270737, 5';

/** How long whoever writes the ledger may be held up: it waits behind the wish for a lock. */
const LOCK_TIMEOUT_MS = 1_000;

/** Injection token of the {@link SqlConnection} on which days are closed: writers do not wait behind it. */
export const CLOSING_CONNECTION = Symbol('CLOSING_CONNECTION');

const dayRows = z.array(z.object({ day: z.date() }));

/** Days whose sums are closed, in PostgreSQL. */
@Injectable()
export class ClosedDaysRepository {
  constructor(@Inject(CLOSING_CONNECTION) private readonly connection: SqlConnection) {}

  /** Until it is needed again. */
  disconnect(): void {
    this.connection.close();
  }

  /** The days that have sums, are not closed and end before this moment or with it; the newest first. */
  async openDays(endedBy: Date): Promise<readonly Date[]> {
    const rows = await this.connection.query(
      `SELECT day FROM generate_series(
         (SELECT min(starts_at) FROM usage_rollup WHERE grain = 'day'), $1::timestamptz - INTERVAL '24 hours', INTERVAL '24 hours'
       ) AS days(day)
       WHERE NOT EXISTS (SELECT FROM closed_day WHERE closed_day.day = days.day)
         AND EXISTS (SELECT FROM usage_rollup WHERE grain = 'day' AND starts_at = days.day)
       ORDER BY day DESC`,
      [endedBy],
    );
    return dayRows.parse(rows).map(({ day }) => day);
  }

  /**
   * Sums up a day, as a whole. Whoever adds to the ledger has finished by then, or comes later and opens the day again.
   * @returns false where somebody writes for too long, or another gateway is at it, so that it is for another time
   */
  async close(day: Date): Promise<boolean> {
    try {
      // One statement without values is one transaction. The day is ours.
      await this.connection.query(`DO $$
        BEGIN
          IF NOT pg_try_advisory_xact_lock(${CLOSING_LOCK}) THEN
            RAISE EXCEPTION 'another gateway closes days' USING ERRCODE = '${LOCK_NOT_AVAILABLE}';
          END IF;
          PERFORM set_config('lock_timeout', '${LOCK_TIMEOUT_MS}', true);
          LOCK TABLE usage_rollup, team_rollup IN SHARE MODE;
          ${closeSql(`'${day.toISOString()}'::timestamptz`).join(';\n')};
        END $$`);
      return true;
    } catch (error) {
      if (isLockNotAvailable(error)) return false;
      throw error;
    }
  }
}
