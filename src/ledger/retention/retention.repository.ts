import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { isLockNotAvailable, LOCK_NOT_AVAILABLE } from '../../database/database-errors.js';
import type { SqlConnection } from '../../database/sql-connection.js';
import { readStoredPrivacy } from '../../domain/privacy.js';
import { endOf, monthsEndedBy } from './partition-months.js';

/** Arbitrary, but for ever: with it one gateway at a time drops months. The class of our locks is that of the ledger's. */
const RETENTION_LOCK = '7270737, 2';

/**
 * How long queries may be held up: whoever reads the ledger has a lock that dropping waits for, and everybody who comes later
 * waits behind it.
 */
const LOCK_TIMEOUT_MS = 1_000;

/** Who drops months, as audit events name it. */
const JOB = JSON.stringify({ actor_kind: 'job', actor_name: 'ledger retention' });

/** Injection token of the {@link SqlConnection} on which months are dropped: writers do not wait behind it. */
export const RETENTION_CONNECTION = Symbol('RETENTION_CONNECTION');

const partitionRows = z.array(z.object({ name: z.string() }));
const settingRows = z.array(z.object({ privacy: z.unknown() }));

/** Months of the ledger in PostgreSQL. */
@Injectable()
export class RetentionRepository {
  constructor(@Inject(RETENTION_CONNECTION) private readonly connection: SqlConnection) {}

  /** Until it is needed again. */
  close(): void {
    this.connection.close();
  }

  /** For how many days the gateway's own privacy keeps logs; undefined = it does not say. */
  async daysOfGateway(): Promise<number | undefined> {
    const rows = settingRows.parse(await this.connection.query('SELECT privacy FROM gateway_setting'));
    const privacy = readStoredPrivacy(rows[0]?.privacy ?? null);
    return (privacy === 'unknown' ? null : privacy?.log_retention_days) ?? undefined;
  }

  /** The months that have partitions and end before this moment or with it, oldest first, each as its first moment in UTC. */
  async monthsBefore(moment: Date): Promise<Date[]> {
    const rows = partitionRows.parse(
      await this.connection.query(
        `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
         WHERE i.inhparent IN ('request_log'::regclass, 'transcript'::regclass)`,
      ),
    );
    return monthsEndedBy(
      moment,
      rows.map(({ name }) => name),
    );
  }

  /**
   * Drops a month: its logs, their words, the cached copies of their answers, and what was said of them. Sums by the hour and the
   * day, and what keys have spent, stay.
   * @returns false where somebody reads it, or another gateway is at it, so that it is for another time
   */
  async drop(month: Date): Promise<boolean> {
    const suffix = month.toISOString().slice(0, 7).replace('-', '_');
    const [from, to] = [month.toISOString(), endOf(month).toISOString()];
    try {
      // One statement without values is one transaction. Names and times are ours.
      await this.connection.query(`DO $$
        BEGIN
          IF NOT pg_try_advisory_xact_lock(${RETENTION_LOCK}) THEN
            RAISE EXCEPTION 'another gateway drops months' USING ERRCODE = '${LOCK_NOT_AVAILABLE}';
          END IF;
          PERFORM set_config('lock_timeout', '${LOCK_TIMEOUT_MS}', true);
          DELETE FROM cached_answer WHERE request_id >= first_request_id('${from}') AND request_id < first_request_id('${to}');
          IF to_regclass('request_log_${suffix}') IS NOT NULL THEN
            DELETE FROM cached_answer WHERE request_id IN (
              SELECT cached_request_id FROM request_log_${suffix} WHERE cached_request_id IS NOT NULL
            );
          END IF;
          DELETE FROM feedback WHERE created_at < '${to}';
          DELETE FROM deleted_log WHERE id >= first_request_id('${from}') AND id < first_request_id('${to}');
          -- In one order, so that two never wait for each other, and last, because everybody waits from here on.
          LOCK TABLE request_log, transcript IN ACCESS EXCLUSIVE MODE;
          DROP TABLE IF EXISTS request_log_${suffix}, transcript_${suffix};
          PERFORM set_config('auricle.acting', '${JOB}', true);
          PERFORM record_audit_event('delete', 'logs', NULL, '${from.slice(0, 7)}', NULL, NULL, NULL, NULL, NULL);
        END $$`);
      return true;
    } catch (error) {
      if (isLockNotAvailable(error)) return false;
      throw error;
    }
  }
}
