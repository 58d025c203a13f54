import type { SqlConnection } from '../../../database/sql-connection.js';
import { HEADER_BYTES } from '../secret-box.js';
import type { SealedColumn } from './sealed-columns.js';

/** A stored box. */
export interface SealedRow {
  readonly id: string;
  /** For an administrator. */
  readonly name: string;
  readonly box: Buffer;
}

/** What becomes of one. */
export interface Resealed {
  readonly id: string;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

/** One rotation at a time. Arbitrary. */
const LOCK = 620_733;

/** Who it is for the audit (see the migration audit). */
const ACTING = JSON.stringify({ actor_kind: 'job', actor_name: 'rotate-encryption-key' });

/** Stored boxes of every kind. */
export class SealedRepository {
  constructor(private readonly connection: SqlConnection) {}

  /**
   * Takes the one turn that there is, until it is disposed of; at the latest it ends a moment after the connection.
   * @returns undefined when somebody else has it
   */
  async takeTurn(): Promise<AsyncDisposable | undefined> {
    const [row] = await this.connection.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [LOCK]);
    if (row?.taken !== true) return undefined;
    return {
      [Symbol.asyncDispose]: async () => {
        // Without a connection nobody has it any more.
        await this.connection.query('SELECT pg_advisory_unlock($1)', [LOCK]).catch(() => undefined);
      },
    };
  }

  /** How many boxes begin with which header. */
  async countByHeader({ table, column }: SealedColumn): Promise<{ header: Buffer; rows: number }[]> {
    return await this.connection.query<{ header: Buffer; rows: number }>(
      `SELECT substring(${column} FROM 1 FOR ${HEADER_BYTES}) AS header, count(*)::integer AS rows
       FROM ${table} GROUP BY 1 ORDER BY 2 DESC, 1`,
    );
  }

  /** The next boxes with another header than this one, by their ids. @param afterId null = from the first on */
  async othersThan(
    header: Buffer,
    { table, column, name }: SealedColumn,
    afterId: string | null,
    limit: number,
  ): Promise<SealedRow[]> {
    return await this.connection.query<{ id: string; name: string; box: Buffer }>(
      `SELECT id::text, ${name} AS name, ${column} AS box FROM ${table}
       WHERE substring(${column} FROM 1 FOR ${HEADER_BYTES}) <> $1 AND ($2::uuid IS NULL OR id > $2::uuid)
       ORDER BY id LIMIT $3`,
      [header, afterId, limit],
    );
  }

  /** Puts boxes in place of those that were read; one that has changed since stays as it is. @returns how many were replaced */
  async replace({ table, column }: SealedColumn, rows: readonly Resealed[]): Promise<number> {
    const replaced = await this.connection.query(
      `UPDATE ${table} AS sealed SET ${column} = resealed.after
       FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS resealed (id, before, after),
         (SELECT set_config('auricle.acting', $4, true) AS told) AS acting
       WHERE acting.told IS NOT NULL AND sealed.id = resealed.id AND sealed.${column} = resealed.before
       RETURNING sealed.id`,
      [
        rows.map(({ id }) => id),
        rows.map(({ before }) => Buffer.from(before)),
        rows.map(({ after }) => Buffer.from(after)),
        ACTING,
      ],
    );
    return replaced.length;
  }
}
