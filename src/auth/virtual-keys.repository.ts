import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Prisma, type VirtualKey } from '../database/generated/client.js';
import { PrismaService } from '../database/prisma.service.js';
import { unlessTaken } from '../database/unique-name.js';
import type { PageQuery } from '../http/admin/list.js';

/** A stored virtual key. */
export interface VirtualKeyRow {
  readonly id: string;
  readonly name: string;
  readonly preview: string;
  /** null = all. */
  readonly models: readonly string[] | null;
  readonly expiresAt: Date | null;
  readonly blocked: boolean;
  readonly tags: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly spendNanoUsd: bigint;
}

/** The fields that an administrator sets. */
export type VirtualKeyFields = Pick<VirtualKeyRow, 'name' | 'models' | 'expiresAt' | 'blocked' | 'tags' | 'metadata'>;

const modelsColumn = z.array(z.string()).nullable();
const metadataColumn = z.record(z.string(), z.string());

/** Virtual keys in PostgreSQL. */
@Injectable()
export class VirtualKeysRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** @returns undefined when the name is taken */
  async create(
    fields: Partial<VirtualKeyFields> & { name: string; hash: string; preview: string },
  ): Promise<VirtualKeyRow | undefined> {
    const { hash, preview } = fields;
    return await unlessTaken(async () =>
      toRow(await this.prisma.virtualKey.create({ data: { ...toData(fields), name: fields.name, hash, preview } })),
    );
  }

  async find(id: string): Promise<VirtualKeyRow | undefined> {
    const found = await this.prisma.virtualKey.findUnique({ where: { id } });
    return found ? toRow(found) : undefined;
  }

  async findByName(name: string): Promise<VirtualKeyRow | undefined> {
    const found = await this.prisma.virtualKey.findUnique({ where: { name } });
    return found ? toRow(found) : undefined;
  }

  async findByHash(hash: string): Promise<VirtualKeyRow | undefined> {
    const found = await this.prisma.virtualKey.findUnique({ where: { hash } });
    return found ? toRow(found) : undefined;
  }

  /** Up to `limit + 1` keys, newest first. */
  async list({ limit, cursor }: PageQuery): Promise<VirtualKeyRow[]> {
    const rows = await this.prisma.virtualKey.findMany({
      where: cursor ? { id: { lt: cursor } } : {},
      orderBy: { id: 'desc' },
      take: limit + 1,
    });
    return rows.map(toRow);
  }

  /** @returns undefined when the new name is taken; null when there is no such key */
  async update(id: string, changes: Partial<VirtualKeyFields>): Promise<VirtualKeyRow | undefined | null> {
    return await unlessTaken(async () => {
      const [updated] = await this.prisma.virtualKey.updateManyAndReturn({ where: { id }, data: toData(changes) });
      return updated ? toRow(updated) : null;
    });
  }

  /** @returns false when there is no such key */
  async delete(id: string): Promise<boolean> {
    return (await this.prisma.virtualKey.deleteMany({ where: { id } })).count > 0;
  }
}

function toData(fields: Partial<VirtualKeyFields>) {
  const { models, tags, metadata, ...rest } = fields;
  return {
    ...rest,
    ...(models === undefined ? {} : { models: models === null ? Prisma.DbNull : [...models] }),
    ...(tags && { tags: [...tags] }),
    ...(metadata && { metadata: { ...metadata } }),
  };
}

/** A list of models that is not understood must not open a door: the key is blocked, and allows no model. */
function toRow(row: VirtualKey): VirtualKeyRow {
  const models = modelsColumn.safeParse(row.models);
  return {
    ...row,
    models: models.success ? models.data : [],
    blocked: row.blocked || !models.success,
    metadata: metadataColumn.safeParse(row.metadata).data ?? {},
  };
}
