import { Injectable } from '@nestjs/common';
import { Prisma } from '../database/generated/client.js';
import { PrismaService } from '../database/prisma.service.js';
import { changeModelNames, useModelNames } from '../database/model-names.js';
import { unlessTaken } from '../database/unique-name.js';
import { toCreate, type DeploymentFields } from './deployments/deployments.repository.js';

const withDeployments = {
  deployments: { include: { credential: true }, orderBy: { id: 'asc' } },
} satisfies Prisma.ModelInclude;

/** How many lists are named that stand in the way of a deletion. */
const MAX_NAMERS = 20;

/** A stored model with its deployments and their credentials, secrets still sealed. */
export type ModelRow = Prisma.ModelGetPayload<{ include: typeof withDeployments }>;
/** A stored deployment. */
export type DeploymentRow = ModelRow['deployments'][number];

/** Public models, with their deployments, in PostgreSQL. */
@Injectable()
export class ModelsRepository {
  constructor(private readonly prisma: PrismaService) {}

  async all(): Promise<ModelRow[]> {
    return await this.prisma.ask(() =>
      this.prisma.model.findMany({ include: withDeployments, orderBy: { id: 'desc' } }),
    );
  }

  /** @returns undefined when the name is taken */
  async create(
    fields: { name: string; routing: Prisma.InputJsonObject },
    deployments: readonly DeploymentFields[],
  ): Promise<string | undefined> {
    return await this.prisma.ask(() =>
      unlessTaken(() =>
        this.prisma.change(async (transaction) => {
          await useModelNames(transaction);
          const { id } = await transaction.model.create({
            data: { ...fields, deployments: { create: deployments.map(toCreate) } },
            select: { id: true },
          });
          return id;
        }),
      ),
    );
  }

  /**
   * Everything in the database that names the model follows a new name.
   * @param routingOf what becomes of the routing as it is stored, which nobody else changes meanwhile; undefined = nothing
   * @returns the name that it had; undefined when the new name is taken; null when there is no such model
   */
  async update(
    id: string,
    name: string | undefined,
    routingOf: ((stored: Prisma.JsonValue) => Prisma.InputJsonObject) | undefined,
  ): Promise<string | undefined | null> {
    return await this.prisma.ask(() =>
      unlessTaken(() =>
        this.prisma.change(async (transaction) => {
          await (name === undefined ? useModelNames(transaction) : changeModelNames(transaction));
          const before = await lockModel(transaction, id);
          if (!before) return null;
          if (name !== undefined && name !== before.name) await followName(transaction, before.name, name);
          const { routing } = await transaction.model.findUniqueOrThrow({ where: { id }, select: { routing: true } });
          await transaction.model.update({ where: { id }, data: { name, routing: routingOf?.(routing) } });
          return before.name;
        }),
      ),
    );
  }

  /**
   * Deletes a model with its deployments and their own credentials, unless something in the database names it.
   * @param options.onlyEmpty leaves a model that has deployments as it is
   * @returns the lists that name it, at most 20; undefined when nothing more is to be done
   */
  async deleteUnnamed(id: string, { onlyEmpty = false } = {}): Promise<string[] | undefined> {
    return await this.prisma.ask(() =>
      this.prisma.change(async (transaction) => {
        await changeModelNames(transaction);
        const model = await lockModel(transaction, id);
        if (!model) return undefined;
        if (onlyEmpty && (await transaction.deployment.count({ where: { modelId: id } })) > 0) return undefined;
        const namers = await namersOf(transaction, id, model.name);
        if (namers.length > 0) return namers;
        const owned = await transaction.providerCredential.findMany({
          where: { name: null, deployments: { some: { modelId: id } } },
          select: { id: true },
        });
        await transaction.model.delete({ where: { id } });
        await transaction.providerCredential.deleteMany({
          where: { id: { in: owned.map((credential) => credential.id) } },
        });
        return undefined;
      }),
    );
  }
}

/** A model that nobody else changes, deletes or gives a deployment until the transaction ends. */
async function lockModel(transaction: Prisma.TransactionClient, id: string): Promise<{ name: string } | undefined> {
  const [model] = await transaction.$queryRaw<{ name: string }[]>`
    SELECT name FROM model WHERE id = ${id}::uuid FOR UPDATE`;
  return model;
}

/** Allow lists and other models' fallbacks. */
async function namersOf(transaction: Prisma.TransactionClient, id: string, name: string): Promise<string[]> {
  const keys = await transaction.virtualKey.findMany({
    where: { models: { array_contains: [name] } },
    select: { name: true },
    take: MAX_NAMERS,
  });
  const teams = await transaction.team.findMany({
    where: { models: { array_contains: [name] } },
    select: { name: true },
    take: MAX_NAMERS - keys.length,
  });
  const models = await transaction.model.findMany({
    where: { id: { not: id }, routing: { path: ['fallbacks'], array_contains: [name] } },
    select: { name: true },
    take: MAX_NAMERS - keys.length - teams.length,
  });
  return [
    ...keys.map((key) => `the allow list of key '${key.name}'`),
    ...teams.map((team) => `the allow list of team '${team.name}'`),
    ...models.map((model) => `the fallbacks of model '${model.name}'`),
  ];
}

/** Writes a model's new name wherever the database has the old one: keys, then teams, in order of id as the ledger does. */
async function followName(transaction: Prisma.TransactionClient, from: string, to: string): Promise<void> {
  await transaction.$executeRaw`
    SELECT FROM virtual_key WHERE models @> jsonb_build_array(${from}::text) ORDER BY id FOR UPDATE`;
  await transaction.$executeRaw`
    UPDATE virtual_key SET models = ${renamed(Prisma.sql`models`, from, to)}
    WHERE models @> jsonb_build_array(${from}::text)`;
  await transaction.$executeRaw`UPDATE budget SET model = ${to} WHERE model = ${from}`;
  await transaction.$executeRaw`
    SELECT FROM team WHERE models @> jsonb_build_array(${from}::text) ORDER BY id FOR NO KEY UPDATE`;
  await transaction.$executeRaw`
    UPDATE team SET models = ${renamed(Prisma.sql`models`, from, to)} WHERE models @> jsonb_build_array(${from}::text)`;
  await transaction.$executeRaw`
    UPDATE model SET routing = jsonb_set(routing, '{fallbacks}', ${renamed(Prisma.sql`routing -> 'fallbacks'`, from, to)})
    WHERE routing -> 'fallbacks' @> jsonb_build_array(${from}::text)`;
}

/** A JSON list with another name in its place, or without the old one where it has the new one already. */
function renamed(list: Prisma.Sql, from: string, to: string): Prisma.Sql {
  return Prisma.sql`
    CASE WHEN ${list} @> jsonb_build_array(${to}::text) THEN (${list}) - ${from}::text
    ELSE (
      SELECT jsonb_agg(CASE WHEN item = to_jsonb(${from}::text) THEN to_jsonb(${to}::text) ELSE item END ORDER BY place)
      FROM jsonb_array_elements(${list}) WITH ORDINALITY AS element (item, place)
    ) END`;
}
