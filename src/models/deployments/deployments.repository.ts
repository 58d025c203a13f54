import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Prisma } from '../../database/generated/client.js';
import { PrismaService } from '../../database/prisma.service.js';
import type { SealedSecret } from '../credentials/secret-box.js';

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

/** What can be changed of a deployment; its provider is fixed. */
export type DeploymentChanges = Partial<Omit<DeploymentFields, 'provider'>>;

/** Deployments in PostgreSQL. */
@Injectable()
export class DeploymentsRepository {
  constructor(private readonly prisma: PrismaService) {}

  async create(modelId: string, fields: DeploymentFields): Promise<string> {
    const { id } = await this.prisma.deployment.create({
      data: { ...toCreate(fields), model: { connect: { id: modelId } } },
      select: { id: true },
    });
    return id;
  }

  /** A replaced nameless credential is deleted with the change. */
  async update(id: string, changes: DeploymentChanges): Promise<void> {
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

  async delete(id: string): Promise<void> {
    await this.prisma.$transaction(async (transaction) => {
      const before = await transaction.deployment.findUnique({ where: { id }, include: { credential: true } });
      await transaction.deployment.deleteMany({ where: { id } });
      if (before?.credential && before.credential.name === null) {
        await transaction.providerCredential.delete({ where: { id: before.credential.id } });
      }
    });
  }
}

/** The row of a new deployment, with its own credential if it has one. */
export function toCreate({ credentialId, secret, price, ...rest }: DeploymentFields) {
  return {
    // Ours count up within a millisecond, unlike Prisma's: deployments are listed in the order in which they were sent.
    id: uuidv7(),
    ...rest,
    price: price ?? Prisma.DbNull,
    ...(secret && { credential: { create: { provider: rest.provider, ...secret } } }),
    ...(!secret && credentialId && { credential: { connect: { id: credentialId } } }),
  };
}
