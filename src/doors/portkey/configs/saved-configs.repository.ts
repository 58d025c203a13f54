import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Prisma, SavedConfig, SavedConfigVersion } from '../../../database/generated/client.js';
import { PrismaService } from '../../../database/prisma.service.js';
import { unlessTaken } from '../../../database/unique-name.js';
import type { PortkeyConfig } from '../../../domain/portkey/portkey-config.js';
import type { PageQuery } from '../../../http/admin/list.js';

/** A version of a saved config. */
export interface SavedConfigVersionRow {
  readonly id: string;
  /** Counted from 1. */
  readonly version: number;
  readonly config: Record<string, unknown>;
  /** The version that it restores; null = none. */
  readonly restoredFrom: number | null;
  readonly createdAt: Date;
}

/** A saved config with its newest version. */
export interface SavedConfigRow {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly version: number;
  /** Id of that version. */
  readonly versionId: string;
  readonly config: Record<string, unknown>;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What a change makes of a saved config; absent = nothing. */
export interface ConfigChange {
  readonly name?: string;
  /** Makes another version. */
  readonly config?: PortkeyConfig;
}

/** What there is no longer: the config itself, or the version that was to be restored. */
export type Missing = 'config' | 'version';

const configColumn = z.record(z.string(), z.unknown());
const withNewest = { versions: { orderBy: { version: 'desc' }, take: 1 } } satisfies Prisma.SavedConfigInclude;

/** Saved configs and their versions in PostgreSQL. */
@Injectable()
export class SavedConfigsRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** @returns undefined when the slug is taken */
  async create(fields: { name: string; slug: string; config: PortkeyConfig }): Promise<SavedConfigRow | undefined> {
    const { config, ...rest } = fields;
    const data = { ...rest, versions: { create: { version: 1, config: toJson(config) } } };
    const created = await this.prisma.ask(() =>
      unlessTaken(() =>
        this.prisma.change((transaction) => transaction.savedConfig.create({ data, include: withNewest })),
      ),
    );
    return created && toRow(created);
  }

  async find(id: string): Promise<SavedConfigRow | undefined> {
    return await this.findWhere({ id });
  }

  /** By its slug, which is the name that is unique. */
  async findByName(slug: string): Promise<SavedConfigRow | undefined> {
    return await this.findWhere({ slug });
  }

  /** Up to `limit + 1` configs, newest first. */
  async list({ limit, cursor }: PageQuery): Promise<SavedConfigRow[]> {
    const where = cursor ? { id: { lt: cursor } } : {};
    const rows = await this.prisma.ask(() =>
      this.prisma.savedConfig.findMany({ where, include: withNewest, orderBy: { id: 'desc' }, take: limit + 1 }),
    );
    return rows.map(toRow);
  }

  /** A numbered page of configs, newest first, and how many there are in all. */
  async page({ offset, limit }: { readonly offset: number; readonly limit: number }): Promise<{
    rows: SavedConfigRow[];
    total: number;
  }> {
    const [rows, total] = await this.prisma.ask(() =>
      this.prisma.$transaction([
        this.prisma.savedConfig.findMany({
          include: withNewest,
          orderBy: { id: 'desc' },
          skip: offset,
          take: limit,
        }),
        this.prisma.savedConfig.count(),
      ]),
    );
    return { rows: rows.map(toRow), total };
  }

  /** Up to `limit + 1` versions, newest first. */
  async versions(configId: string, { limit, cursor }: PageQuery): Promise<SavedConfigVersionRow[]> {
    const rows = await this.prisma.ask(async () => {
      const last = cursor && (await this.prisma.savedConfigVersion.findUnique({ where: { id: cursor } }));
      const before = cursor ? { lt: last ? last.version : 0 } : {};
      return await this.prisma.savedConfigVersion.findMany({
        where: { configId, version: before },
        orderBy: { version: 'desc' },
        take: limit + 1,
      });
    });
    return rows.map(toVersionRow);
  }

  /** One after the other: each change of a config is a version of its own. @returns what there is not */
  async change(id: string, { name, config }: ConfigChange): Promise<SavedConfigRow | Missing> {
    return await this.inTurn(id, async (transaction, { version }) => {
      if (config !== undefined) {
        await transaction.savedConfigVersion.create({
          data: { configId: id, version: version + 1, config: toJson(config) },
        });
      }
      const data = { ...(name !== undefined && { name }), ...(config !== undefined && { version: version + 1 }) };
      return toRow(await transaction.savedConfig.update({ where: { id }, data, include: withNewest }));
    });
  }

  /** Makes a version of what an earlier one was. @returns what there is not */
  async rollBack(id: string, restoredFrom: number): Promise<SavedConfigRow | Missing> {
    return await this.inTurn(id, async (transaction, { version }) => {
      const earlier = await transaction.savedConfigVersion.findUnique({
        where: { configId_version: { configId: id, version: restoredFrom } },
      });
      if (!earlier) return 'version';
      await transaction.savedConfigVersion.create({
        data: { configId: id, version: version + 1, restoredFrom, config: toJson(configOf(earlier)) },
      });
      const data = { version: version + 1 };
      return toRow(await transaction.savedConfig.update({ where: { id }, data, include: withNewest }));
    });
  }

  /** With all of its versions. @returns whether it was there */
  async delete(id: string): Promise<boolean> {
    const { count } = await this.prisma.ask(() =>
      this.prisma.change((transaction) => transaction.savedConfig.deleteMany({ where: { id } })),
    );
    return count > 0;
  }

  private async findWhere(where: Prisma.SavedConfigWhereUniqueInput): Promise<SavedConfigRow | undefined> {
    const found = await this.prisma.ask(() => this.prisma.savedConfig.findUnique({ where, include: withNewest }));
    return found ? toRow(found) : undefined;
  }

  /** Nobody else changes the config until the transaction ends. */
  private async inTurn<T>(
    id: string,
    change: (transaction: Prisma.TransactionClient, stored: { readonly version: number }) => Promise<T>,
  ): Promise<T | 'config'> {
    return await this.prisma.ask(() =>
      this.prisma.change(async (transaction) => {
        const [stored] = await transaction.$queryRaw<{ version: number }[]>`
          SELECT version FROM saved_config WHERE id = ${id}::uuid FOR UPDATE`;
        return stored ? await change(transaction, stored) : 'config';
      }),
    );
  }
}

function toRow({ versions, ...row }: SavedConfig & { versions: SavedConfigVersion[] }): SavedConfigRow {
  const [newest] = versions;
  if (!newest) throw new Error(`The saved config ${row.id} has no version`);
  return { ...row, versionId: newest.id, config: configOf(newest) };
}

function toVersionRow(row: SavedConfigVersion): SavedConfigVersionRow {
  return { ...row, config: configOf(row) };
}

/** What somebody has edited into something else than an object is shown, and found to be no config, all the same. */
function configOf({ config }: SavedConfigVersion): Record<string, unknown> {
  return configColumn.safeParse(config).data ?? { unreadable: config };
}

/** As JSON has it: a copy without what is undefined. */
function toJson(config: PortkeyConfig | Record<string, unknown>): Prisma.InputJsonObject {
  return z.record(z.string(), z.json()).parse(JSON.parse(JSON.stringify(config)));
}
