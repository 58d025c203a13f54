import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { z } from 'zod';
import { SqlConnection } from '../../database/sql-connection.js';
import { MAX_NANO_USD, toUsd } from '../../domain/money.js';
import { timeOf } from '../../http/request-id.js';
import type { EncodedLog } from '../entry/ledger-record.js';
import { APPEND_STATEMENT } from './append-statement.js';
import { type LostLog, lostLogSchema } from './lost-log.js';
import { type PassedBudget, passedBudgetSchema } from './settle-budgets.js';

/** What PostgreSQL tells of a failed statement. */
const toldError = z.object({ code: z.string(), constraint: z.string().optional() });

const writtenRows = z.tuple([
  z.object({
    written: z.int(),
    lost: z.array(lostLogSchema),
    passed_budgets: z.array(passedBudgetSchema),
    full_keys: z.array(z.string()),
    full_teams: z.array(z.string()),
  }),
]);

/** What has become of logs that were to be written. */
export interface Appended {
  /** How many of them were new. */
  readonly written: number;
  /** Of the new ones, those of requests that were lost with an earlier process. */
  readonly lost: readonly LostLog[];
  /** The budgets that they were settled in of which more is spent than the soft limit, or all. */
  readonly passedBudgets: readonly PassedBudget[];
}

/** Classes of SQLSTATE that are about what a row holds: data exceptions, violated constraints, limits of the program. */
const REFUSED = /^(22|23|54)/;

/** Injection token of the ledger's own {@link SqlConnection}. */
export const LEDGER_CONNECTION = Symbol('LEDGER_CONNECTION');

/** The ledger in PostgreSQL, written. */
@Injectable()
export class LedgerRepository implements OnApplicationShutdown {
  private readonly logger = new Logger(LedgerRepository.name);
  /** Months for which there is a partition, by their first moment. */
  private readonly months = new Set<number>();

  constructor(@Inject(LEDGER_CONNECTION) private readonly connection: SqlConnection) {}

  /** After everybody's last write. */
  onApplicationShutdown(): void {
    this.connection.close();
  }

  /**
   * Writes logs, with what they add to the spend of their keys and teams and to the sums, all or nothing. Writing a log twice changes nothing.
   * @throws the error of pg; see {@link isRefusal}
   */
  async append(logs: readonly EncodedLog[]): Promise<Appended> {
    if (logs.length === 0) return { written: 0, lost: [], passedBudgets: [] };
    await this.ensurePartitions(logs.map(({ id }) => timeOf(id)));
    const json = `[${logs.map((log) => log.json).join(',')}]`;
    const rows: unknown = await this.connection.query(APPEND_STATEMENT, [json], 'auricle_append');
    const [{ full_keys, full_teams, passed_budgets: passedBudgets, ...appended }] = writtenRows.parse(rows);
    for (const key_id of full_keys) {
      this.logger.error(
        { key_id, spend_usd: toUsd(MAX_NANO_USD) },
        'the spend of a key is at its ceiling: it counts no further',
      );
    }
    for (const team_id of full_teams) {
      this.logger.error(
        { team_id, spend_usd: toUsd(MAX_NANO_USD) },
        'the spend of a team is at its ceiling: it counts no further',
      );
    }
    return { ...appended, passedBudgets };
  }

  /** Makes the partitions of the current month and of the two after it, so that no request waits for one. */
  async makePartitionsAhead(now: Date): Promise<void> {
    await this.ensurePartitions([0, 1, 2].map((months) => new Date(monthOf(now, months))));
  }

  /**
   * Whether `append` failed because of what a row holds, so that it would fail for ever. Everything else passes: a
   * connection that broke, a database that is starting, full or read-only.
   */
  isRefusal(error: unknown): boolean {
    const { data: told } = toldError.safeParse(error);
    if (!told) return false;
    // A month that was dropped meanwhile: it is made again.
    const lacksPartition = told.code === '23514' && told.constraint === undefined;
    if (lacksPartition) this.months.clear();
    return REFUSED.test(told.code) && !lacksPartition;
  }

  private async ensurePartitions(times: readonly Date[]): Promise<void> {
    for (const month of new Set(times.map((time) => monthOf(time)))) {
      if (this.months.has(month)) continue;
      const moment = new Date(month).toISOString();
      await this.connection.query('SELECT ensure_ledger_partitions($1, $1)', [moment]);
      this.months.add(month);
    }
  }
}

function monthOf(time: Date, ahead = 0): number {
  return Date.UTC(time.getUTCFullYear(), time.getUTCMonth() + ahead);
}
