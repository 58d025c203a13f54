import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { noteChange } from '../../database/audit-note.js';
import { Prisma, type ClientToken } from '../../database/generated/client.js';
import { PrismaService } from '../../database/prisma.service.js';
import type { PageQuery } from '../../http/admin/list.js';

/** A stored client token. */
export interface ClientTokenRow {
  readonly id: string;
  /** The virtual key that it stands in for. */
  readonly keyId: string;
  /** SHA-256 of the secret that the key had when the token was made, hex. */
  readonly keyHash: string;
  /** null = all that the key may use. */
  readonly models: readonly string[] | null;
  /** Audio that may be processed in all, milliseconds; null = any. */
  readonly maxAudioMs: number | null;
  readonly expiresAt: Date;
  readonly createdAt: Date;
}

/** A stored client token with what it has used. */
export interface CountedClientToken extends ClientTokenRow {
  /** Audio of requests that may be billed or are under way, milliseconds. */
  readonly usedAudioMs: number;
}

/** A key, as what is told of its tokens names it. */
export interface TokenOwner {
  readonly id: string;
  readonly name: string;
}

/** How long an expired token is kept, so that its holder is told that it has expired. */
const KEPT_MS = 3_600_000;
/** So many are removed at once, so that nobody waits long for it. */
const MAX_REMOVED = 1000;

const modelsColumn = z.array(z.string()).nullable();

/** Client tokens in PostgreSQL, which also counts their audio: several gateways share one count. */
@Injectable()
export class ClientTokensRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** Stores a token, and removes what expired long ago. @throws GatewayError 409 when its key has just been deleted */
  async create(fields: Omit<ClientTokenRow, 'id' | 'createdAt'> & { readonly hash: string }): Promise<ClientTokenRow> {
    const { models, ...rest } = fields;
    const data = { ...rest, models: models === null ? Prisma.DbNull : [...models] };
    const created = await this.prisma.ask(() => this.prisma.clientToken.create({ data }));
    await this.prisma.ask(() => this.removeExpired(new Date(Date.now() - KEPT_MS)));
    return toRow(created);
  }

  async findByHash(hash: string): Promise<ClientTokenRow | undefined> {
    const found = await this.prisma.ask(() => this.prisma.clientToken.findUnique({ where: { hash } }));
    return found ? toRow(found) : undefined;
  }

  /** @returns whether the key has such a token */
  async delete(id: string, keyId: string): Promise<boolean> {
    const { count } = await this.prisma.ask(() => this.prisma.clientToken.deleteMany({ where: { id, keyId } }));
    return count > 0;
  }

  /**
   * Up to `limit + 1` tokens of a key that have not expired, newest first.
   * @param keyHashes of the secrets that the key has: with another one a token has ended
   */
  async list(
    keyId: string,
    { limit, cursor }: PageQuery,
    { now, keyHashes }: { readonly now: Date; readonly keyHashes: readonly string[] },
  ): Promise<CountedClientToken[]> {
    const where = {
      keyId,
      keyHash: { in: [...keyHashes] },
      expiresAt: { gt: now },
      ...(cursor !== undefined && { id: { lt: cursor } }),
    };
    const rows = await this.prisma.ask(() =>
      this.prisma.clientToken.findMany({ where, orderBy: { id: 'desc' }, take: limit + 1 }),
    );
    return rows.map((row) => ({ ...toRow(row), usedAudioMs: row.usedAudioMs }));
  }

  /** Ends one token of a key for an administrator, who acts; leaves an audit event. @returns whether the key has such a token */
  async revoke(id: string, { id: keyId, name }: TokenOwner): Promise<boolean> {
    const { count } = await this.prisma.ask(() =>
      this.prisma.change(async (transaction) => {
        const deleted = await transaction.clientToken.deleteMany({ where: { id, keyId } });
        const owner = { kind: 'key', id: keyId, name };
        if (deleted.count > 0)
          await noteChange(transaction, { action: 'delete', kind: 'client_token', subject: { id }, owner });
        return deleted;
      }),
    );
    return count > 0;
  }

  /** Ends all tokens of a key for an administrator, who acts; leaves one audit event of all. @returns how many there were */
  async revokeAll({ id: keyId, name }: TokenOwner): Promise<number> {
    return await this.prisma.ask(() =>
      this.prisma.change(async (transaction) => {
        const { count } = await transaction.clientToken.deleteMany({ where: { keyId } });
        const owner = { kind: 'key', id: keyId, name };
        if (count > 0)
          await noteChange(transaction, { action: 'delete', kind: 'client_token', owner, after: { deleted: count } });
        return count;
      }),
    );
  }

  /** Counts audio before it is sent to anybody, all of it or none. @returns false when it is more than is left */
  async takeAudio(id: string, ms: number): Promise<boolean> {
    const taken = await this.prisma.ask(
      () => this.prisma.$executeRaw`
        UPDATE client_token SET used_audio_ms = used_audio_ms + ${ms}
        WHERE id = ${id}::uuid AND used_audio_ms + ${ms} <= max_audio_ms`,
    );
    return taken > 0;
  }

  /** Counts audio no longer. */
  async giveBackAudio(id: string, ms: number): Promise<void> {
    await this.prisma.ask(
      () => this.prisma.$executeRaw`
        UPDATE client_token SET used_audio_ms = GREATEST(used_audio_ms - ${ms}, 0) WHERE id = ${id}::uuid`,
    );
  }

  /** Two of these never wait for each other. */
  private removeExpired(before: Date): PromiseLike<unknown> {
    return this.prisma.$executeRaw`
      DELETE FROM client_token WHERE id IN (
        SELECT id FROM client_token WHERE expires_at < ${before} LIMIT ${MAX_REMOVED} FOR UPDATE SKIP LOCKED
      )`;
  }
}

/** A list that is not understood must not open a door: it allows no model. */
function toRow({ models, ...row }: ClientToken): ClientTokenRow {
  const known = modelsColumn.safeParse(models);
  return { ...row, models: known.success ? known.data : [] };
}
