import { Injectable } from '@nestjs/common';
import type { BudgetsChange } from '../../budgets/budget.js';
import { createBudgets, holdLedger, replaceBudgets } from '../../budgets/budgets.repository.js';
import { Prisma, type Team } from '../../database/generated/client.js';
import { useModelNames } from '../../database/model-names.js';
import { PrismaService } from '../../database/prisma.service.js';
import { unlessTaken } from '../../database/unique-name.js';
import type { TeamScope } from '../../domain/administrator.js';
import { readStoredPrivacy, type PrivacySetting } from '../../domain/privacy.js';
import { limitsOf, readStoredLimits, type Limits } from '../../domain/limits.js';
import { readStoredRedaction, type RedactionSetting } from '../../domain/redaction/redaction-setting.js';
import type { PageQuery } from '../../http/admin/list.js';
import type { KeyBounds } from '../key-bounds.js';
import { addressesColumn, endpointsColumn, metadataColumn, modelsColumn } from '../stored-columns.js';

/** A stored team. */
export interface TeamRow extends KeyBounds {
  readonly id: string;
  readonly name: string;
  /** What its keys may use, as far as each may; null = all. */
  readonly models: readonly string[] | null;
  /** Whether all of its keys are refused. */
  readonly blocked: boolean;
  /** Whether whoever is signed in with one of its keys may read the logs of that key. */
  readonly holdersMayReadLogs: boolean;
  /** What is masked in the transcripts of its keys; null = nothing, or what is not understood. */
  readonly redaction: RedactionSetting | null;
  /** What is kept of the requests of its keys; null = what is usual, or what is not understood. */
  readonly privacy: PrivacySetting | null;
  /** How fast and how large the requests of its keys may be together; null = any, or what is not understood. */
  readonly limits: Limits | null;
  readonly tags: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAt: Date;
  readonly spendNanoUsd: bigint;
}

/** The fields that an administrator sets. */
export interface TeamFields extends Pick<
  TeamRow,
  | 'name'
  | 'models'
  | 'endpoints'
  | 'allowedAddresses'
  | 'blocked'
  | 'holdersMayReadLogs'
  | 'redaction'
  | 'privacy'
  | 'limits'
  | 'tags'
  | 'metadata'
> {
  /** All of them. */
  readonly budgets: BudgetsChange;
}

/** Which keys keep a team from being deleted: the names of some of them, and how many there are in all. */
export interface TeamUsers {
  readonly names: readonly string[];
  readonly count: number;
}

/** How many keys are named that stand in the way of a deletion. */
const MAX_NAMED = 5;

/** Teams in PostgreSQL. */
@Injectable()
export class TeamsRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** @returns undefined when the name is taken */
  async create(fields: TeamFields): Promise<TeamRow | undefined> {
    const data = { ...toData(fields), name: fields.name };
    return await this.prisma.ask(() =>
      unlessTaken(() =>
        this.prisma.change(async (transaction) => {
          await useModelNames(transaction);
          const team = await transaction.team.create({ data });
          await createBudgets(transaction, { teamId: team.id }, fields.budgets);
          return toTeamRow(team);
        }),
      ),
    );
  }

  async find(id: string): Promise<TeamRow | undefined> {
    const found = await this.prisma.ask(() => this.prisma.team.findUnique({ where: { id } }));
    return found ? toTeamRow(found) : undefined;
  }

  async findByName(name: string): Promise<TeamRow | undefined> {
    const found = await this.prisma.ask(() => this.prisma.team.findUnique({ where: { name } }));
    return found ? toTeamRow(found) : undefined;
  }

  /** Up to `limit + 1` teams within the scope, newest first. */
  async list({ limit, cursor }: PageQuery, scope: TeamScope): Promise<TeamRow[]> {
    const where = { id: { ...(cursor && { lt: cursor }), ...(scope && { in: [...scope] }) } };
    const rows = await this.prisma.ask(() =>
      this.prisma.team.findMany({ where, orderBy: { id: 'desc' }, take: limit + 1 }),
    );
    return rows.map(toTeamRow);
  }

  /**
   * @param changesOf what becomes of the team as it is stored, which nobody else changes meanwhile
   * @param changesBudgets whether its budgets may be among that
   * @returns undefined when the new name is taken; null when there is no such team
   */
  async update(
    id: string,
    changesOf: (stored: TeamRow) => Partial<TeamFields>,
    changesBudgets: boolean,
  ): Promise<TeamRow | undefined | null> {
    return await this.prisma.ask(() =>
      unlessTaken(() =>
        this.prisma.change(async (transaction) => {
          await useModelNames(transaction);
          if (changesBudgets) await holdLedger(transaction);
          await transaction.$executeRaw`SELECT FROM team WHERE id = ${id}::uuid FOR NO KEY UPDATE`;
          const stored = await transaction.team.findUnique({ where: { id } });
          if (!stored) return null;
          const changes = changesOf(toTeamRow(stored));
          if (changes.budgets) await replaceBudgets(transaction, { teamId: id }, changes.budgets);
          return toTeamRow(await transaction.team.update({ where: { id }, data: toData(changes) }));
        }),
      ),
    );
  }

  /** All teams that have one of these ids, in no order. */
  async findAll(ids: readonly string[]): Promise<TeamRow[]> {
    const rows = await this.prisma.ask(() => this.prisma.team.findMany({ where: { id: { in: [...ids] } } }));
    return rows.map(toTeamRow);
  }

  /**
   * Deletes teams with the keys that belong to them.
   * @throws GatewayError 409 when one of them gets another key at the same moment
   */
  async deleteWithKeys(ids: readonly string[]): Promise<void> {
    await this.prisma.ask(() =>
      this.prisma.change(async (transaction) => {
        await transaction.virtualKey.deleteMany({ where: { teamId: { in: [...ids] } } });
        await transaction.team.deleteMany({ where: { id: { in: [...ids] } } });
      }),
    );
  }

  /**
   * Deletes a team without keys; one that has some stays as it is.
   * @throws GatewayError 409 when it gets one at the same moment
   */
  async deleteUnused(id: string): Promise<{ readonly deleted: boolean; readonly usedBy: TeamUsers }> {
    return await this.prisma.ask(() =>
      this.prisma.change(async (transaction) => {
        const where = { teamId: id };
        const count = await transaction.virtualKey.count({ where });
        if (count > 0) {
          const users = { where, select: { name: true }, orderBy: { id: 'asc' }, take: MAX_NAMED } as const;
          const names = (await transaction.virtualKey.findMany(users)).map(({ name }) => name);
          return { deleted: false, usedBy: { names, count } };
        }
        const deleted = await transaction.team.deleteMany({ where: { id } });
        return { deleted: deleted.count > 0, usedBy: { names: [], count } };
      }),
    );
  }
}

function toData(fields: Partial<TeamFields>) {
  const {
    models,
    endpoints,
    allowedAddresses,
    redaction,
    privacy,
    limits,
    tags,
    metadata,
    budgets: _,
    ...rest
  } = fields;
  return {
    ...rest,
    ...toLists({ models, endpoints, allowedAddresses }),
    ...(redaction !== undefined && { redaction: redaction ?? Prisma.DbNull }),
    ...(privacy !== undefined && { privacy: privacy ?? Prisma.DbNull }),
    ...(limits !== undefined && { limits: limitsOf(limits) ?? Prisma.DbNull }),
    ...(tags && { tags: [...tags] }),
    ...(metadata && { metadata: { ...metadata } }),
  };
}

/** What is not understood must not open a door: the team is blocked, and allows no model. */
export function toTeamRow(row: Team): TeamRow {
  const models = modelsColumn.safeParse(row.models);
  const bounds = toBounds(row);
  const redaction = readStoredRedaction(row.redaction);
  const privacy = readStoredPrivacy(row.privacy);
  const limits = readStoredLimits(row.limits);
  return {
    ...row,
    ...(bounds ?? NOTHING),
    models: models.success ? models.data : [],
    blocked:
      row.blocked ||
      !models.success ||
      !bounds ||
      redaction === 'unknown' ||
      privacy === 'unknown' ||
      limits === 'unknown',
    redaction: redaction === 'unknown' ? null : redaction,
    privacy: privacy === 'unknown' ? null : privacy,
    limits: limits === 'unknown' ? null : limits,
    metadata: metadataColumn.safeParse(row.metadata).data ?? {},
  };
}

/** What is stored of lists of which null allows everything; one that is not sent stays as it is. */
export function toLists(
  lists: Readonly<Record<'models' | 'endpoints' | 'allowedAddresses', readonly string[] | null | undefined>>,
) {
  const stored = (list: readonly string[] | null) => (list === null ? Prisma.DbNull : [...list]);
  const { models, endpoints, allowedAddresses } = lists;
  return {
    ...(models !== undefined && { models: stored(models) }),
    ...(endpoints !== undefined && { endpoints: stored(endpoints) }),
    ...(allowedAddresses !== undefined && { allowedAddresses: stored(allowedAddresses) }),
  };
}

/** Bounds that let nothing pass. */
export const NOTHING: KeyBounds = { endpoints: [], allowedAddresses: [] };

/** The stored bounds; undefined where they are not understood. */
export function toBounds(row: Pick<Team, 'endpoints' | 'allowedAddresses'>): KeyBounds | undefined {
  const endpoints = endpointsColumn.safeParse(row.endpoints);
  const allowedAddresses = addressesColumn.safeParse(row.allowedAddresses);
  if (!endpoints.success || !allowedAddresses.success) return undefined;
  return { endpoints: endpoints.data, allowedAddresses: allowedAddresses.data };
}
