import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Prisma } from '../../database/generated/client.js';
import { PrismaService } from '../../database/prisma.service.js';
import { unlessTaken } from '../../database/unique-name.js';
import { adminRoles, type AdminRole } from '../../domain/administrator.js';
import type { PageQuery } from '../../http/admin/list.js';
import { EARLIEST_TIME, LATEST_TIME } from '../../http/admin/time.js';

/** A stored admin key. */
export interface AdminKeyRow {
  readonly id: string;
  readonly name: string;
  readonly preview: string;
  readonly role: AdminRole;
  /** Those of a team admin that are still there, by name; others have none. */
  readonly teams: readonly { readonly id: string; readonly name: string }[];
  readonly expiresAt: Date | null;
  readonly blocked: boolean;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
}

/** The fields that an owner sets. */
export interface AdminKeyFields extends Pick<AdminKeyRow, 'name' | 'role' | 'expiresAt' | 'blocked'> {
  readonly teamIds: readonly string[];
}

/** What is stored of a secret. */
export interface StoredAdminSecret {
  /** SHA-256, hex. */
  readonly hash: string;
  readonly preview: string;
}

/** How often a use of a key is noted at most. */
export const USE_NOTED_EVERY_MS = 60_000;

const include = {
  teams: { select: { team: { select: { id: true, name: true } } }, orderBy: { team: { name: 'asc' } } },
} satisfies Prisma.AdminKeyInclude;
type StoredAdminKey = Prisma.AdminKeyGetPayload<{ include: typeof include }>;

const roleColumn = z.enum(adminRoles);
/** PostgreSQL has times that JavaScript, or a year of four digits, has not. */
const expiresAtColumn = z.date().min(EARLIEST_TIME).max(LATEST_TIME).nullable();

/** Admin keys in PostgreSQL. */
@Injectable()
export class AdminKeysRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** @returns undefined when the name is taken */
  async create({ teamIds, ...fields }: AdminKeyFields & StoredAdminSecret): Promise<AdminKeyRow | undefined> {
    const data = { ...fields, teams: { create: teamIds.map((teamId) => ({ teamId })) } };
    return await this.prisma.ask(() =>
      unlessTaken(() =>
        this.prisma.change(async (transaction) => toRow(await transaction.adminKey.create({ data, include }))),
      ),
    );
  }

  async find(id: string): Promise<AdminKeyRow | undefined> {
    const found = await this.prisma.ask(() => this.prisma.adminKey.findUnique({ where: { id }, include }));
    return found ? toRow(found) : undefined;
  }

  async findByName(name: string): Promise<AdminKeyRow | undefined> {
    const found = await this.prisma.ask(() => this.prisma.adminKey.findUnique({ where: { name }, include }));
    return found ? toRow(found) : undefined;
  }

  async findByHash(hash: string): Promise<AdminKeyRow | undefined> {
    const found = await this.prisma.ask(() => this.prisma.adminKey.findUnique({ where: { hash }, include }));
    return found ? toRow(found) : undefined;
  }

  /** Up to `limit + 1` keys, newest first. */
  async list({ limit, cursor }: PageQuery): Promise<AdminKeyRow[]> {
    const where = cursor ? { id: { lt: cursor } } : {};
    const rows = await this.prisma.ask(() =>
      this.prisma.adminKey.findMany({ where, orderBy: { id: 'desc' }, take: limit + 1, include }),
    );
    return rows.map(toRow);
  }

  /**
   * @param changesOf what becomes of the key as it is stored, which nobody else changes meanwhile
   * @returns undefined when the new name is taken; null when there is no such key
   */
  async update(
    id: string,
    changesOf: (stored: AdminKeyRow) => Partial<AdminKeyFields & StoredAdminSecret>,
  ): Promise<AdminKeyRow | undefined | null> {
    return await this.prisma.ask(() =>
      unlessTaken(() =>
        this.prisma.change(async (transaction) => {
          await transaction.$executeRaw`SELECT FROM admin_key WHERE id = ${id}::uuid FOR UPDATE`;
          const stored = await transaction.adminKey.findUnique({ where: { id }, include });
          if (!stored) return null;
          const { teamIds, ...changes } = changesOf(toRow(stored));
          const teams = teamIds && {
            deleteMany: { teamId: { notIn: [...teamIds] } },
            createMany: { data: teamIds.map((teamId) => ({ teamId })), skipDuplicates: true },
          };
          const data = { ...changes, ...(teams && { teams }) };
          return toRow(await transaction.adminKey.update({ where: { id }, data, include }));
        }),
      ),
    );
  }

  /** @returns whether there was one */
  async delete(id: string): Promise<boolean> {
    const { count } = await this.prisma.ask(() =>
      this.prisma.change((transaction) => transaction.adminKey.deleteMany({ where: { id } })),
    );
    return count > 0;
  }

  /** Notes that a key was used, unless any gateway has noted it within {@link USE_NOTED_EVERY_MS}. */
  async noteUse(id: string, at: Date): Promise<void> {
    const before = new Date(at.getTime() - USE_NOTED_EVERY_MS);
    const OR = [{ lastUsedAt: null }, { lastUsedAt: { lte: before } }];
    await this.prisma.ask(() => this.prisma.adminKey.updateMany({ where: { id, OR }, data: { lastUsedAt: at } }));
  }
}

/** What is not understood must not open a door: the key is blocked, and may do as little as any. */
function toRow(row: StoredAdminKey): AdminKeyRow {
  const role = roleColumn.safeParse(row.role);
  const expiresAt = expiresAtColumn.safeParse(row.expiresAt);
  return {
    ...row,
    role: role.data ?? 'viewer',
    teams: role.data === 'team_admin' ? row.teams.map(({ team }) => team) : [],
    expiresAt: expiresAt.data ?? null,
    blocked: row.blocked || !role.success || !expiresAt.success,
  };
}
