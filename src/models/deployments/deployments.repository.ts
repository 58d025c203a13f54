import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Prisma } from '../../database/generated/client.js';
import { PrismaService } from '../../database/prisma.service.js';
import type { Mode } from '../../domain/task.js';
import type { SealedSecret } from '../credentials/secret-box.js';

/** What is stored of a deployment; `secret` makes a nameless credential that lives and dies with it. */
export interface DeploymentFields {
  readonly provider: string;
  readonly upstreamModel: string;
  readonly mode: Mode | null;
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

/** The parts of a stored deployment that are changed field by field; what is in them may be anything. */
export interface StoredObjects {
  readonly settings: unknown;
  readonly routing: unknown;
  readonly price: unknown;
}

/** Deployments in PostgreSQL. */
@Injectable()
export class DeploymentsRepository {
  constructor(private readonly prisma: PrismaService) {}

  async create(modelId: string, fields: DeploymentFields): Promise<string> {
    const data = { ...toCreate(fields), model: { connect: { id: modelId } } };
    const { id } = await this.prisma.ask(() =>
      this.prisma.change((transaction) => transaction.deployment.create({ data, select: { id: true } })),
    );
    return id;
  }

  /**
   * A replaced nameless credential is deleted with the change. Does nothing when there is no such deployment.
   * @param changesOf what becomes of the deployment as it is stored, which nobody else changes meanwhile
   */
  async update(id: string, changesOf: (stored: StoredObjects) => DeploymentChanges): Promise<void> {
    await this.prisma.ask(() =>
      this.prisma.change(async (transaction) => {
        await transaction.$executeRaw`SELECT FROM deployment WHERE id = ${id}::uuid FOR UPDATE`;
        const before = await transaction.deployment.findUnique({ where: { id }, include: { credential: true } });
        if (!before) return;
        const { credentialId, secret, price, ...rest } = changesOf(before);
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
      }),
    );
  }

  /** Does nothing when there is no such deployment. */
  async delete(id: string): Promise<void> {
    await this.prisma.ask(() =>
      this.prisma.change(async (transaction) => {
        await transaction.$executeRaw`SELECT FROM deployment WHERE id = ${id}::uuid FOR UPDATE`;
        const before = await transaction.deployment.findUnique({ where: { id }, include: { credential: true } });
        if (!before) return;
        await transaction.deployment.delete({ where: { id } });
        if (before.credential?.name === null) {
          await transaction.providerCredential.delete({ where: { id: before.credential.id } });
        }
      }),
    );
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
