import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Prisma } from '../database/generated/client.js';
import { PrismaService } from '../database/prisma.service.js';
import { useModelNames } from '../database/model-names.js';
import { Taken, unlessTaken } from '../database/unique-name.js';
import type { BudgetsChange } from '../budgets/budget.js';
import { createBudgets, holdLedger, replaceBudgets, toScope } from '../budgets/budgets.repository.js';
import type { TeamScope } from '../domain/administrator.js';
import type { BudgetScope } from '../domain/caller.js';
import { readStoredPrivacy, type PrivacySetting } from '../domain/privacy.js';
import { limitsOf, readStoredLimits, type Limits } from '../domain/limits.js';
import { readStoredRedaction, type RedactionSetting } from '../domain/redaction/redaction-setting.js';
import type { PageQuery } from '../http/admin/list.js';
import { EARLIEST_TIME, LATEST_TIME } from '../http/admin/time.js';
import type { KeyBounds } from './key-bounds.js';
import { metadataColumn, modelsColumn } from './stored-columns.js';
import { NOTHING, toBounds, toLists, toTeamRow, type TeamRow } from './teams/teams.repository.js';

/** A stored virtual key. */
export interface VirtualKeyRow extends KeyBounds {
  readonly id: string;
  readonly name: string;
  /** The team that it belongs to; null = none. */
  readonly team: Pick<
    TeamRow,
    | 'id'
    | 'name'
    | 'models'
    | 'endpoints'
    | 'allowedAddresses'
    | 'blocked'
    | 'holdersMayReadLogs'
    | 'redaction'
    | 'privacy'
    | 'limits'
  > | null;
  /** SHA-256 of the secret, hex. */
  readonly hash: string;
  /** The secret before, which goes on for a while; null = it stopped at once. */
  readonly previousSecret: PreviousSecret | null;
  readonly preview: string;
  /** null = all. */
  readonly models: readonly string[] | null;
  /** Whose it is; null = nobody's in particular. */
  readonly user: string | null;
  readonly expiresAt: Date | null;
  readonly blocked: boolean;
  /** Whether answers to it may be cached. */
  readonly cache: boolean;
  readonly allowProviderKeys: boolean;
  /** What is masked in its transcripts; null = nothing, or what is not understood. */
  readonly redaction: RedactionSetting | null;
  /** What is kept of its requests; null = what is usual, or what is not understood. */
  readonly privacy: PrivacySetting | null;
  /** How fast and how large its requests may be; null = any, or what is not understood. */
  readonly limits: Limits | null;
  readonly tags: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly spendNanoUsd: bigint;
  /** Its own and its team's. */
  readonly budgets: readonly BudgetScope[];
}

/** What is left of a secret that a key had before. */
export interface PreviousSecret {
  /** SHA-256, hex. */
  readonly hash: string;
  /** Until when it opens the door. */
  readonly expiresAt: Date;
}

/** Whether the secret with this hash opens the door as the key, now: it is its own, or the one before in its time of grace. */
export function isSecretOf({ hash, previousSecret }: VirtualKeyRow, presented: string): boolean {
  if (hash === presented) return true;
  return previousSecret?.hash === presented && previousSecret.expiresAt.getTime() > Date.now();
}

/** The fields that an administrator sets. */
export interface VirtualKeyFields extends Pick<
  VirtualKeyRow,
  | 'name'
  | 'models'
  | 'endpoints'
  | 'allowedAddresses'
  | 'user'
  | 'expiresAt'
  | 'blocked'
  | 'allowProviderKeys'
  | 'redaction'
  | 'privacy'
  | 'limits'
  | 'cache'
  | 'tags'
  | 'metadata'
> {
  /** null = none. */
  readonly teamId: string | null;
  /** All of them. */
  readonly budgets: BudgetsChange;
}

/** What is stored of a secret. */
export type StoredSecret = Pick<VirtualKeyRow, 'hash' | 'preview'>;

/** What becomes of the secrets of a key that gets another one. */
export type ChangedSecret = StoredSecret & Pick<VirtualKeyRow, 'previousSecret'>;

/** By what keys are looked up together; each key that any of these is of is found. */
export interface KeyReferences {
  readonly ids?: readonly string[];
  readonly hashes?: readonly string[];
  readonly names?: readonly string[];
}

/** What keys can be narrowed by. */
export interface KeyFilter {
  readonly name?: string;
  /** A part of its name, in any case. */
  readonly nameContains?: string;
  readonly hash?: string;
  /** undefined = all, also those of no team. */
  readonly teamIds?: readonly string[];
  readonly user?: string;
  /** One of its labels. */
  readonly tag?: string;
}

/** Which keys are changed together. */
export type KeySelection =
  | { readonly ids: readonly string[] }
  | { readonly teamId: string }
  | { readonly user: string }
  | { readonly tag: string };

/** How long a change of many keys may take: each has its audit event. */
const MANY_MS = 10_000;

/** What is read of a key's team and budgets with the key. */
const SCOPES = { select: { model: true, limitNanoUsd: true, limitAudioMs: true } };
const include = { team: { include: { budgets: SCOPES } }, budgets: SCOPES } satisfies Prisma.VirtualKeyInclude;
type StoredKey = Prisma.VirtualKeyGetPayload<{ include: typeof include }>;

/** PostgreSQL has times that JavaScript, or a year of four digits, has not. */
const expiresAtColumn = z.date().min(EARLIEST_TIME).max(LATEST_TIME).nullable();

/** Virtual keys in PostgreSQL. */
@Injectable()
export class VirtualKeysRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** @returns undefined when the name or the secret is taken */
  async create(
    fields: Partial<VirtualKeyFields> & StoredSecret & { name: string },
  ): Promise<VirtualKeyRow | undefined> {
    const { hash, preview, budgets } = fields;
    const data = { ...toData(fields), name: fields.name, hash, preview };
    return await this.prisma.ask(() =>
      unlessTaken(() =>
        this.prisma.change(async (transaction) => {
          await useModelNames(transaction);
          const { id } = await transaction.virtualKey.create({ data });
          await requireNew(transaction, hash);
          if (budgets) await createBudgets(transaction, { keyId: id }, budgets);
          return toRow(await transaction.virtualKey.findUniqueOrThrow({ where: { id }, include }));
        }),
      ),
    );
  }

  async find(id: string): Promise<VirtualKeyRow | undefined> {
    const found = await this.prisma.ask(() => this.prisma.virtualKey.findUnique({ where: { id }, include }));
    return found ? toRow(found) : undefined;
  }

  async findByName(name: string): Promise<VirtualKeyRow | undefined> {
    const found = await this.prisma.ask(() => this.prisma.virtualKey.findUnique({ where: { name }, include }));
    return found ? toRow(found) : undefined;
  }

  /** The key that has a secret, or had it before its last rotation, whether or not that still counts. */
  async findByHash(hash: string): Promise<VirtualKeyRow | undefined> {
    const where = { OR: [{ hash }, { previousHash: hash }] };
    const found = await this.prisma.ask(() => this.prisma.virtualKey.findFirst({ where, include }));
    return found ? toRow(found) : undefined;
  }

  /** All keys that are meant, in no order. */
  async findAll({ ids = [], hashes = [], names = [] }: KeyReferences): Promise<VirtualKeyRow[]> {
    const OR = [
      { id: { in: [...ids] } },
      { hash: { in: [...hashes] } },
      { previousHash: { in: [...hashes] } },
      { name: { in: [...names] } },
    ];
    const rows = await this.prisma.ask(() => this.prisma.virtualKey.findMany({ where: { OR }, include }));
    return rows.map(toRow);
  }

  /** A numbered page of keys, newest first, and how many there are in all. */
  async page(
    filter: KeyFilter,
    { offset, limit }: { readonly offset: number; readonly limit: number },
  ): Promise<{ rows: VirtualKeyRow[]; total: number }> {
    const where = whereOf(filter);
    const [rows, total] = await this.prisma.ask(() =>
      this.prisma.$transaction([
        this.prisma.virtualKey.findMany({ where, orderBy: { id: 'desc' }, skip: offset, take: limit, include }),
        this.prisma.virtualKey.count({ where }),
      ]),
    );
    return { rows: rows.map(toRow), total };
  }

  /** Up to `limit + 1` keys, newest first. */
  async list({ limit, cursor }: PageQuery, filter: KeyFilter): Promise<VirtualKeyRow[]> {
    const where = { ...whereOf(filter), ...(cursor && { id: { lt: cursor } }) };
    const rows = await this.prisma.ask(() =>
      this.prisma.virtualKey.findMany({ where, orderBy: { id: 'desc' }, take: limit + 1, include }),
    );
    return rows.map(toRow);
  }

  /**
   * @param changesOf what becomes of the key as it is stored, which nobody else changes meanwhile
   * @param changesBudgets whether its budgets may be among that
   * @returns undefined when the new name or secret is taken; null when there is no such key
   */
  async update(
    id: string,
    changesOf: (stored: VirtualKeyRow) => Partial<VirtualKeyFields & ChangedSecret>,
    changesBudgets: boolean,
  ): Promise<VirtualKeyRow | undefined | null> {
    return await this.prisma.ask(() =>
      unlessTaken(() =>
        this.prisma.change(async (transaction) => {
          await useModelNames(transaction);
          if (changesBudgets) await holdLedger(transaction);
          await transaction.$executeRaw`SELECT FROM virtual_key WHERE id = ${id}::uuid FOR UPDATE`;
          const stored = await transaction.virtualKey.findUnique({ where: { id }, include });
          if (!stored) return null;
          const changes = changesOf(toRow(stored));
          if (changes.budgets) await replaceBudgets(transaction, { keyId: id }, changes.budgets);
          const changed = await transaction.virtualKey.update({ where: { id }, data: toData(changes), include });
          if (changes.hash !== undefined) await requireNew(transaction, changes.hash);
          if (!changed.cache) await transaction.cachedAnswer.deleteMany({ where: { keyId: id } });
          return toRow(changed);
        }),
      ),
    );
  }

  /**
   * Blocks or unblocks all keys that are meant, or none of them.
   * @returns their ids; undefined when there are more than `max`
   */
  async setBlocked(
    meant: KeySelection,
    scope: TeamScope,
    blocked: boolean,
    max: number,
  ): Promise<string[] | undefined> {
    return await this.withAll(meant, scope, max, (transaction, ids) =>
      transaction.virtualKey.updateMany({ where: { id: { in: ids } }, data: { blocked } }),
    );
  }

  /** Deletes all keys that are meant, or none of them; see {@link setBlocked}. */
  async deleteSelected(meant: KeySelection, scope: TeamScope, max: number): Promise<string[] | undefined> {
    return await this.withAll(meant, scope, max, (transaction, ids) =>
      transaction.virtualKey.deleteMany({ where: { id: { in: ids } } }),
    );
  }

  /** What is done to keys that nobody else changes meanwhile; in order of id, as the ledger takes them. */
  private async withAll(
    meant: KeySelection,
    scope: TeamScope,
    max: number,
    act: (transaction: Prisma.TransactionClient, ids: string[]) => Promise<unknown>,
  ): Promise<string[] | undefined> {
    const within = scope === null ? Prisma.sql`true` : Prisma.sql`team_id = ANY(${[...scope]}::uuid[])`;
    const change = async (transaction: Prisma.TransactionClient) => {
      const rows = await transaction.$queryRaw<{ id: string }[]>`
        SELECT id FROM virtual_key WHERE ${conditionOf(meant)} AND ${within} ORDER BY id LIMIT ${max + 1} FOR UPDATE`;
      if (rows.length > max) return undefined;
      const ids = rows.map(({ id }) => id);
      await act(transaction, ids);
      return ids;
    };
    return await this.prisma.ask(() => this.prisma.change(change, MANY_MS), MANY_MS);
  }

  /** @returns how many of them there were within the scope */
  async delete(ids: readonly string[], scope: TeamScope): Promise<number> {
    const where = { id: { in: [...ids] }, ...(scope && { teamId: { in: [...scope] } }) };
    const { count } = await this.prisma.ask(() =>
      this.prisma.change((transaction) => transaction.virtualKey.deleteMany({ where })),
    );
    return count;
  }
}

/**
 * Checks that no key had a secret before which has just been given to one. Asked after the write, which has waited for any other
 * change of whose secret it was, so that it sees that.
 * @throws Taken
 */
async function requireNew(transaction: Prisma.TransactionClient, hash: string): Promise<void> {
  if ((await transaction.virtualKey.count({ where: { previousHash: hash } })) > 0) throw new Taken();
}

function conditionOf(meant: KeySelection): Prisma.Sql {
  if ('ids' in meant) return Prisma.sql`id = ANY(${[...meant.ids]}::uuid[])`;
  if ('teamId' in meant) return Prisma.sql`team_id = ${meant.teamId}::uuid`;
  if ('user' in meant) return Prisma.sql`"user" = ${meant.user}`;
  return Prisma.sql`tags @> ARRAY[${meant.tag}]::text[]`;
}

function whereOf({ teamIds, tag, nameContains, ...same }: KeyFilter): Prisma.VirtualKeyWhereInput {
  return {
    ...same,
    ...(teamIds && { teamId: { in: [...teamIds] } }),
    ...(tag !== undefined && { tags: { has: tag } }),
    ...(nameContains !== undefined && {
      AND: { name: { contains: nameContains.replaceAll(/[\\%_]/g, '\\$&'), mode: 'insensitive' } },
    }),
  };
}

function toData(fields: Partial<VirtualKeyFields & ChangedSecret>) {
  const {
    models,
    endpoints,
    allowedAddresses,
    previousSecret,
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
    ...(previousSecret !== undefined && {
      previousHash: previousSecret?.hash ?? null,
      previousExpiresAt: previousSecret?.expiresAt ?? null,
    }),
    ...(tags && { tags: [...tags] }),
    ...(metadata && { metadata: { ...metadata } }),
  };
}

/**
 * What is not understood must not open a door: the key is blocked, and allows no model. So is a key whose team was not found,
 * as where it has left the team and the team was deleted between the two questions.
 */
function toRow({ team, teamId, previousHash, previousExpiresAt, ...row }: StoredKey): VirtualKeyRow {
  const models = modelsColumn.safeParse(row.models);
  const bounds = toBounds(row);
  const expiresAt = expiresAtColumn.safeParse(row.expiresAt);
  const redaction = readStoredRedaction(row.redaction);
  const privacy = readStoredPrivacy(row.privacy);
  const limits = readStoredLimits(row.limits);
  return {
    ...row,
    ...(bounds ?? NOTHING),
    models: models.success ? models.data : [],
    expiresAt: expiresAt.data ?? null,
    previousSecret: toPreviousSecret(previousHash, previousExpiresAt),
    team: team && toTeamRow(team),
    blocked:
      row.blocked ||
      !models.success ||
      !bounds ||
      !expiresAt.success ||
      redaction === 'unknown' ||
      privacy === 'unknown' ||
      limits === 'unknown' ||
      (teamId !== null && !team),
    redaction: redaction === 'unknown' ? null : redaction,
    privacy: privacy === 'unknown' ? null : privacy,
    limits: limits === 'unknown' ? null : limits,
    metadata: metadataColumn.safeParse(row.metadata).data ?? {},
    budgets: [...row.budgets, ...(team?.budgets ?? [])].map(toScope),
  };
}

function toPreviousSecret(hash: string | null, end: Date | null): PreviousSecret | null {
  const expiresAt = expiresAtColumn.safeParse(end).data;
  return hash !== null && expiresAt ? { hash, expiresAt } : null;
}
