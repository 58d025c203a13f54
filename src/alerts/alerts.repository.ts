import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Alert } from '../database/generated/client.js';
import { PrismaService } from '../database/prisma.service.js';
import { unlessTaken } from '../database/unique-name.js';
import type { PageQuery } from '../http/admin/list.js';
import type { SealedTarget } from './alert-target.js';
import { alertFormats, type AlertFormat } from './alert-format.js';

/** A stored alert; its URL and secrets are still sealed. */
export interface AlertRow extends SealedTarget {
  readonly id: string;
  readonly name: string;
  readonly previousExpiresAt: Date | null;
  /** Empty = all. */
  readonly eventTypes: readonly string[];
  readonly format: AlertFormat;
  readonly managedBy: AlertManager;
  readonly enabled: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What is stored of an alert by whoever makes or changes it. */
export interface AlertFields extends SealedTarget {
  readonly name: string;
  readonly previousExpiresAt: Date | null;
  readonly eventTypes: readonly string[];
  readonly format: AlertFormat;
  readonly enabled: boolean;
}

/** Who makes and changes an alert. */
export const alertManagers = ['api', 'file'] as const;
export type AlertManager = (typeof alertManagers)[number];

const managerColumn = z.enum(alertManagers);
const formatColumn = z.enum(alertFormats);

/** Alerts in PostgreSQL. */
@Injectable()
export class AlertsRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** @returns undefined when the name is taken */
  async create(fields: AlertFields): Promise<AlertRow | undefined> {
    const data = { ...fields, eventTypes: [...fields.eventTypes] };
    return await this.prisma.ask(() =>
      unlessTaken(async () => toRow(await this.prisma.change((transaction) => transaction.alert.create({ data })))),
    );
  }

  async find(id: string): Promise<AlertRow | undefined> {
    const found = await this.prisma.ask(() => this.prisma.alert.findUnique({ where: { id } }));
    return found ? toRow(found) : undefined;
  }

  async findByName(name: string): Promise<AlertRow | undefined> {
    const found = await this.prisma.ask(() => this.prisma.alert.findUnique({ where: { name } }));
    return found ? toRow(found) : undefined;
  }

  /** Up to `limit + 1` alerts, newest first. */
  async list({ limit, cursor }: PageQuery): Promise<AlertRow[]> {
    const where = cursor ? { id: { lt: cursor } } : {};
    const rows = await this.prisma.ask(() =>
      this.prisma.alert.findMany({ where, orderBy: { id: 'desc' }, take: limit + 1 }),
    );
    return rows.map(toRow);
  }

  /** What those that are enabled want: lists of types, of which an empty one is all. */
  async wanted(): Promise<readonly (readonly string[])[]> {
    const rows = await this.prisma.ask(() =>
      this.prisma.alert.findMany({ where: { enabled: true }, select: { eventTypes: true } }),
    );
    return rows.map(({ eventTypes }) => eventTypes);
  }

  /**
   * @param changesOf what becomes of the alert as it is stored, which nobody else changes meanwhile
   * @returns undefined when the new name is taken; null when there is no such alert
   */
  async update(
    id: string,
    changesOf: (stored: AlertRow) => Partial<AlertFields>,
  ): Promise<AlertRow | undefined | null> {
    return await this.prisma.ask(() =>
      unlessTaken(() =>
        this.prisma.change(async (transaction) => {
          await transaction.$executeRaw`SELECT FROM alert WHERE id = ${id}::uuid FOR UPDATE`;
          const stored = await transaction.alert.findUnique({ where: { id } });
          if (!stored) return null;
          const { eventTypes, ...changes } = changesOf(toRow(stored));
          const data = { ...changes, ...(eventTypes && { eventTypes: [...eventTypes] }) };
          return toRow(await transaction.alert.update({ where: { id }, data }));
        }),
      ),
    );
  }

  /**
   * Makes those that the file declares what they are to be, and takes away those that it declares no more, with their deliveries.
   * @param changesOf what is to be stored of one as it is; undefined = it is that already. Without a stored one it is new
   * @returns the names that alerts of the admin API have, so that the file's could not be made
   */
  async replaceOfFile<Declared extends { readonly name: string }>(
    declared: readonly Declared[],
    changesOf: (declared: Declared, stored: AlertRow | undefined) => AlertFields | undefined,
  ): Promise<readonly string[]> {
    return await this.prisma.ask(() =>
      this.prisma.change(async (transaction) => {
        // Gateways that start together declare one after the other.
        await transaction.$executeRaw`LOCK TABLE alert IN SHARE ROW EXCLUSIVE MODE`;
        const stored = (await transaction.alert.findMany()).map(toRow);
        const names = declared.map(({ name }) => name);
        const gone = stored.filter(({ name, managedBy }) => managedBy === 'file' && !names.includes(name));
        if (gone.length > 0) await transaction.alert.deleteMany({ where: { id: { in: gone.map(({ id }) => id) } } });
        const taken: string[] = [];
        for (const it of declared) {
          const before = stored.find(({ name }) => name === it.name);
          if (before?.managedBy === 'api') {
            taken.push(it.name);
            continue;
          }
          const fields = changesOf(it, before);
          if (!fields) continue;
          const data = { ...fields, eventTypes: [...fields.eventTypes], managedBy: 'file' };
          if (before) await transaction.alert.update({ where: { id: before.id }, data });
          else await transaction.alert.create({ data });
        }
        return taken;
      }),
    );
  }

  /** With its deliveries. @returns whether there was one */
  async delete(id: string): Promise<boolean> {
    const { count } = await this.prisma.ask(() =>
      this.prisma.change((transaction) => transaction.alert.deleteMany({ where: { id } })),
    );
    return count > 0;
  }
}

/** A format that this version does not know is sent as the standard one. */
function toRow(row: Alert): AlertRow {
  return {
    ...row,
    format: formatColumn.safeParse(row.format).data ?? 'standard',
    managedBy: managerColumn.safeParse(row.managedBy).data ?? 'api',
  };
}
