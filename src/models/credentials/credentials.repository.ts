import { Injectable } from '@nestjs/common';
import type { Prisma, ProviderCredential } from '../../database/generated/client.js';
import { PrismaService } from '../../database/prisma.service.js';
import { unlessTaken } from '../../database/unique-name.js';
import type { PageQuery } from '../../http/admin/list.js';
import type { SealedSecret } from './secret-box.js';
import { MAX_NAMED_DEPLOYMENTS } from './use/credential-use.js';

/** A stored credential; the secret is still sealed. A nameless one belongs to a single deployment. */
export type CredentialRow = ProviderCredential;

const withUse = {
  use: true,
  deployments: {
    select: { id: true, model: { select: { name: true } } },
    orderBy: { id: 'asc' },
    take: MAX_NAMED_DEPLOYMENTS,
  },
  _count: { select: { deployments: true } },
} satisfies Prisma.ProviderCredentialInclude;

type UsedCredentialRow = Prisma.ProviderCredentialGetPayload<{ include: typeof withUse }>;

/** A credential that administrators see under its name, with where it is used. */
export type NamedCredentialRow = UsedCredentialRow & { readonly name: string };

/** Provider credentials in PostgreSQL. */
@Injectable()
export class CredentialsRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** @returns undefined when the name is taken */
  async create(
    fields: SealedSecret & { name: string; provider: string; apiBase: string | null },
  ): Promise<NamedCredentialRow | undefined> {
    return await this.prisma.ask(() =>
      unlessTaken(async () => {
        const created = await this.prisma.change((transaction) =>
          transaction.providerCredential.create({ data: fields, include: withUse }),
        );
        return { ...created, name: fields.name };
      }),
    );
  }

  async find(id: string): Promise<NamedCredentialRow | undefined> {
    const found = await this.prisma.ask(() =>
      this.prisma.providerCredential.findUnique({ where: { id }, include: withUse }),
    );
    return found ? named(found) : undefined;
  }

  async findByName(name: string): Promise<NamedCredentialRow | undefined> {
    const found = await this.prisma.ask(() =>
      this.prisma.providerCredential.findUnique({ where: { name }, include: withUse }),
    );
    return found ? named(found) : undefined;
  }

  /** Up to `limit + 1` named credentials, newest first. */
  async list({ limit, cursor }: PageQuery): Promise<NamedCredentialRow[]> {
    const where = { name: { not: null }, ...(cursor && { id: { lt: cursor } }) };
    const rows = await this.prisma.ask(() =>
      this.prisma.providerCredential.findMany({ where, orderBy: { id: 'desc' }, take: limit + 1, include: withUse }),
    );
    return rows.flatMap((row) => named(row) ?? []);
  }

  /** @returns undefined when the new name is taken; null when there is no such credential */
  async update(
    id: string,
    changes: Partial<SealedSecret & { name: string; apiBase: string | null }>,
  ): Promise<NamedCredentialRow | undefined | null> {
    return await this.prisma.ask(() =>
      unlessTaken(async () => {
        const updated = await this.prisma.change(async (transaction) => {
          const where = { id, name: { not: null } };
          const { count } = await transaction.providerCredential.updateMany({ where, data: changes });
          return count === 0
            ? null
            : await transaction.providerCredential.findUnique({ where: { id }, include: withUse });
        });
        return (updated && named(updated)) ?? null;
      }),
    );
  }

  /** Deletes a credential that nothing uses; otherwise deletes nothing and names the deployments that do. */
  async deleteUnused(id: string): Promise<{ deleted: boolean; usedBy: string[] }> {
    return await this.prisma.ask(() =>
      this.prisma.change(async (transaction) => {
        const users = await transaction.deployment.findMany({
          where: { credentialId: id },
          select: { id: true, model: { select: { name: true } } },
        });
        if (users.length > 0) {
          return { deleted: false, usedBy: users.map((user) => `deployment ${user.id} of model '${user.model.name}'`) };
        }
        const { count } = await transaction.providerCredential.deleteMany({ where: { id, name: { not: null } } });
        return { deleted: count > 0, usedBy: [] };
      }),
    );
  }
}

function named(row: UsedCredentialRow): NamedCredentialRow | undefined {
  return row.name === null ? undefined : { ...row, name: row.name };
}
