import { Injectable } from '@nestjs/common';
import { Prisma } from '../database/generated/client.js';
import { PrismaService } from '../database/prisma.service.js';
import { unlessTaken } from '../database/unique-name.js';
import { toCreate, type DeploymentFields } from './deployments/deployments.repository.js';

const withDeployments = {
  deployments: { include: { credential: true }, orderBy: { id: 'asc' } },
} satisfies Prisma.ModelInclude;

/** A stored model with its deployments and their credentials, secrets still sealed. */
export type ModelRow = Prisma.ModelGetPayload<{ include: typeof withDeployments }>;
/** A stored deployment. */
export type DeploymentRow = ModelRow['deployments'][number];

/** Public models, with their deployments, in PostgreSQL. */
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
}
