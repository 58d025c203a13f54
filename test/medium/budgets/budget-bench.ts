import { Client } from 'pg';
import type { BudgetFields, BudgetOwner } from '../../../src/budgets/budget.js';
import { BudgetsRepository, holdLedger, replaceBudgets } from '../../../src/budgets/budgets.repository.js';
import { PrismaService } from '../../../src/database/prisma.service.js';
import { SqlConnection } from '../../../src/database/sql-connection.js';
import { encodeLog } from '../../../src/ledger/entry/ledger-record.js';
import type { LogEntry } from '../../../src/ledger/entry/log-entry.js';
import { LedgerRepository } from '../../../src/ledger/writer/ledger.repository.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { logEntry } from '../../support/log-entries.js';

/** What one gateway has of budgets. */
class BudgetedGateway {
  readonly prisma: PrismaService;
  readonly budgets: BudgetsRepository;
  private readonly connection: SqlConnection;
  private readonly ledger: LedgerRepository;

  constructor(url: string) {
    this.prisma = new PrismaService(url, 60_000);
    this.budgets = new BudgetsRepository(this.prisma);
    this.connection = new SqlConnection(url, { connectMs: 10_000, statementMs: 60_000 });
    this.ledger = new LedgerRepository(this.connection);
  }

  async append(...entries: readonly Partial<LogEntry>[]) {
    return await this.ledger.append(entries.map((it) => encodeLog(logEntry({ model: 'whisper', ...it }))));
  }

  async close(): Promise<void> {
    this.connection.close();
    await this.prisma.onApplicationShutdown();
  }
}

/** Budgets and the ledger of two gateways on one database. */
export class BudgetBench {
  readonly one: BudgetedGateway;
  readonly other: BudgetedGateway;

  private constructor(
    private readonly database: TestDatabase,
    readonly client: Client,
  ) {
    this.one = new BudgetedGateway(database.url);
    this.other = new BudgetedGateway(database.url);
  }

  static async start(): Promise<BudgetBench> {
    const database = await createTestDatabase();
    const client = new Client({ connectionString: database.url });
    await client.connect();
    return new BudgetBench(database, client);
  }

  async close(): Promise<void> {
    for (const gateway of [this.one, this.other]) await gateway.close();
    await this.client.end();
    await this.database.drop();
  }

  async clear(): Promise<void> {
    const tables = [
      'budget_reservation',
      'budget_period',
      'budget',
      'virtual_key',
      'team',
      'request_log',
      'usage_rollup',
      'team_rollup',
    ];
    // Of the few rows that a test has made, this takes less than TRUNCATE, which makes files.
    await this.client.query(tables.map((table) => `DELETE FROM ${table}`).join(';'));
  }

  /** @returns its id */
  async newKey(name: string): Promise<string> {
    const { rows } = await this.client.query<{ id: string }>(
      `INSERT INTO virtual_key (id, name, hash, preview) VALUES (gen_random_uuid(), $1, $1, 'p') RETURNING id`,
      [name],
    );
    return rows[0]?.id ?? '';
  }

  /** @returns its id */
  async newTeam(...keys: readonly string[]): Promise<string> {
    const { rows } = await this.client.query<{ id: string }>(
      `INSERT INTO team (id, name) VALUES (gen_random_uuid(), gen_random_uuid()::text) RETURNING id`,
    );
    const id = rows[0]?.id ?? '';
    await this.client.query('UPDATE virtual_key SET team_id = $1 WHERE id = ANY($2)', [id, keys]);
    return id;
  }

  /** Makes these the budgets of somebody, as the services of keys and teams do. */
  async give(owner: BudgetOwner, list: readonly Partial<BudgetFields>[], moment?: Date): Promise<void> {
    await this.one.prisma.$transaction(async (transaction) => {
      await holdLedger(transaction);
      if (typeof owner === 'object') {
        const id = 'keyId' in owner ? owner.keyId : owner.teamId;
        await transaction.$executeRaw`SELECT FROM virtual_key WHERE id = ${id}::uuid FOR UPDATE`;
        await transaction.$executeRaw`SELECT FROM team WHERE id = ${id}::uuid FOR NO KEY UPDATE`;
      }
      await replaceBudgets(transaction, owner, list.map(wholeBudget), moment);
    });
  }
}

/** A budget of which some fields matter. */
export function wholeBudget(fields: Partial<BudgetFields>): BudgetFields {
  return {
    period: 'total',
    timeZone: 'UTC',
    model: null,
    limitNanoUsd: null,
    softLimitNanoUsd: null,
    limitAudioMs: null,
    increase: null,
    ...fields,
  };
}
