import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Prisma } from '../database/generated/client.js';
import { PrismaService } from '../database/prisma.service.js';
import { unlessTaken } from '../database/unique-name.js';
import type { SealedSecret } from './credentials.repository.js';

const withDeployments = {
  deployments: { include: { credential: true }, orderBy: { id: 'asc' } },
} satisfies Prisma.ModelInclude;

/** A stored model with its deployments and their credentials, secrets still sealed. */
export type ModelRow = Prisma.ModelGetPayload<{ include: typeof withDeployments }>;
/** A stored deployment. */
export type DeploymentRow = ModelRow['deployments'][number];

/** What is stored of a deployment; `secret` makes a nameless credential that lives and dies with it. */
export interface DeploymentFields {
  readonly provider: string;
  readonly upstreamModel: string;
  readonly credentialId: string | null;
  readonly secret: SealedSecret | null;
  readonly apiBase: string | null;
  readonly settings: Prisma.InputJsonObject;
  readonly weight: number;
  readonly price: Prisma.InputJsonObject | null;
  readonly routing: Prisma.InputJsonObject;
  readonly enabled: boolean;
}

/** Public models and their deployments in PostgreSQL. */
@Injectable()
export class ModelsRepository {
  constructor(private readonly prisma: PrismaService) {}

  async all(): Promise<ModelRow[]> {
    return await this.prisma.model.findMany({ include: withDeployments, orderBy: { id: 'desc' } });
  }

  /** @returns undefined when the name is taken */
  async create(
    fields: { name: string; routing: Prisma.InputJsonObject },
    deployments: readonly DeploymentFields[],
  ): Promise<string | undefined> {
    return await unlessTaken(async () => {
      const { id } = await this.prisma.model.create({
        data: { ...fields, deployments: { create: deployments.map(toCreate) } },
        select: { id: true },
      });
      return id;
    });
  }

  /** @returns undefined when the new name is taken */
  async update(id: string, changes: { name?: string; routing?: Prisma.InputJsonObject }): Promise<boolean | undefined> {
    return await unlessTaken(
      async () => (await this.prisma.model.updateMany({ where: { id }, data: changes })).count > 0,
    );
  }

  /** Deletes a model with its deployments and their own credentials, unless a key's allow list names it. */
  async deleteUnused(id: string, name: string): Promise<{ deleted: boolean; usedBy: string[] }> {
    return await this.prisma.$transaction(async (transaction) => {
      const keys = await transaction.virtualKey.findMany({
        where: { models: { array_contains: [name] } },
        select: { name: true },
        take: 20,
      });
      if (keys.length > 0) return { deleted: false, usedBy: keys.map((key) => `key '${key.name}'`) };
      const owned = await transaction.providerCredential.findMany({
        where: { name: null, deployments: { some: { modelId: id } } },
        select: { id: true },
      });
      const { count } = await transaction.model.deleteMany({ where: { id } });
      await transaction.providerCredential.deleteMany({
        where: { id: { in: owned.map((credential) => credential.id) } },
      });
      return { deleted: count > 0, usedBy: [] };
    });
  }

  async createDeployment(modelId: string, fields: DeploymentFields): Promise<string> {
    const { id } = await this.prisma.deployment.create({
      data: { ...toCreate(fields), model: { connect: { id: modelId } } },
      select: { id: true },
    });
    return id;
  }

  /** A replaced nameless credential is deleted with the change. */
  async updateDeployment(id: string, changes: Partial<Omit<DeploymentFields, 'provider'>>): Promise<void> {
    const { credentialId, secret, price, ...rest } = changes;
    await this.prisma.$transaction(async (transaction) => {
      const before = await transaction.deployment.findUniqueOrThrow({ where: { id }, include: { credential: true } });
      await transaction.deployment.update({
        where: { id },
        data: {
          ...rest,
          ...(price !== undefined && { price: price ?? Prisma.DbNull }),
          ...(secret && { credential: { create: { provider: before.provider, ...secret } } }),
          ...(!secret &&
            credentialId !== undefined && {
              credential: credentialId === null ? { disconnect: true } : { connect: { id: credentialId } },
            }),
        },
      });
      if ((secret ?? credentialId) !== undefined && before.credential?.name === null) {
        await transaction.providerCredential.delete({ where: { id: before.credential.id } });
      }
    });
  }

  async deleteDeployment(id: string): Promise<void> {
    await this.prisma.$transaction(async (transaction) => {
      const before = await transaction.deployment.findUnique({ where: { id }, include: { credential: true } });
      await transaction.deployment.deleteMany({ where: { id } });
      if (before?.credential && before.credential.name === null) {
        await transaction.providerCredential.delete({ where: { id: before.credential.id } });
      }
    });
  }
}

function toCreate({ credentialId, secret, price, ...rest }: DeploymentFields) {
  return {
    // Ours count up within a millisecond, unlike Prisma's: deployments are listed in the order in which they were sent.
    id: uuidv7(),
    ...rest,
    price: price ?? Prisma.DbNull,
    ...(secret && { credential: { create: { provider: rest.provider, ...secret } } }),
    ...(!secret && credentialId && { credential: { connect: { id: credentialId } } }),
  };
}
