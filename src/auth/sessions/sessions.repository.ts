import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Prisma, type Session } from '../../database/generated/client.js';
import { PrismaService } from '../../database/prisma.service.js';
import { adminRoles, type AdminRole } from '../../domain/administrator.js';
import type { PageQuery } from '../../http/admin/list.js';
import { personFactsSchema, type PersonFacts } from '../oidc/role-mapping.js';

/** With what a session can have been opened. */
export const sessionKinds = ['master_key', 'admin_key', 'virtual_key', 'oidc'] as const;
export type SessionKind = (typeof sessionKinds)[number];

/** A stored session. */
export interface SessionRow {
  readonly id: string;
  /** Of a kind that this version does not know nobody is signed in. */
  readonly kind: string;
  /** The admin key that opened it. */
  readonly adminKeyId: string | null;
  /** The virtual key that opened it. */
  readonly keyId: string | null;
  /** SHA-256 of the secret that the key had, hex; of the master key a keyed digest; of a person that of the issuer. */
  readonly keyHash: string;
  /** The person who opened it by OpenID Connect. */
  readonly person: StoredPerson | null;
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
  readonly expiresAt: Date;
}

/** Who has signed in by OpenID Connect, as the issuer said then. */
export interface StoredPerson {
  /** Made of the issuer and the subject. */
  readonly id: string;
  /** The id of the issuer in the settings. */
  readonly issuer: string;
  readonly name: string;
  readonly facts: PersonFacts;
}

/** What is stored of a new session. */
export interface NewSession extends Omit<SessionRow, 'id' | 'kind' | 'lastUsedAt' | 'person'> {
  readonly person: (StoredPerson & { readonly subject: string; readonly role: AdminRole }) | null;
  readonly kind: SessionKind;
  /** SHA-256 of the secret, hex. */
  readonly hash: string;
  readonly clientIp: string;
  readonly userAgent: string | null;
}

/** Whose sessions are meant: those of this key or person, or of everybody. */
export type SessionScope = { readonly kind: 'all' } | { readonly kind: 'admin_key' | 'oidc'; readonly id: string };

/** What makes a session one that is still open, at a moment. */
export interface Openness {
  readonly now: Date;
  /** Used after this it is not idle. */
  readonly idleSince: Date;
  /** The digest of the master key as it is. */
  readonly masterKeyHash: string;
  /** Those of the issuers that there are. */
  readonly issuerHashes: readonly string[];
}

const listedRows = z.array(
  z.object({
    id: z.string(),
    kind: z.enum(sessionKinds),
    name: z.string(),
    role: z.enum(adminRoles).nullable().catch(null),
    issuer: z.string().nullable(),
    facts: personFactsSchema.nullable().catch(null),
    created_at: z.date(),
    last_used_at: z.date(),
    expires_at: z.date(),
    client_ip: z.string(),
    user_agent: z.string().nullable(),
  }),
);
/** A session with whose it is. */
export type ListedSessionRow = z.output<typeof listedRows>[number];

const endedRows = z.array(z.object({ id: z.string() }));

/** So many sessions of one key are open at most: who signs in once more ends the oldest. */
const MAX_OF_A_KEY = 100;
/** How often a use of a session is noted at most. */
export const USE_NOTED_EVERY_MS = 60_000;
/** Arbitrary, but for ever: with it one gateway at a time removes what has ended. */
const LOCK = Prisma.sql`pg_try_advisory_xact_lock(7270737, 13)`;

/** Sessions in PostgreSQL. */
@Injectable()
export class SessionsRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** Stores a session. Of an administrator, who acts, this leaves an audit event. @throws GatewayError 409 when its key has just been deleted */
  async create(data: NewSession): Promise<SessionRow> {
    const act = async (transaction: Prisma.TransactionClient): Promise<SessionRow> => {
      const created = await transaction.session.create({ data: toData(data) });
      await transaction.$executeRaw`
        DELETE FROM sessions WHERE id IN (
          SELECT id FROM sessions WHERE ${ofSameKey(data)} ORDER BY id DESC OFFSET ${MAX_OF_A_KEY} FOR UPDATE SKIP LOCKED
        )`;
      return toRow(created);
    };
    return await this.prisma.ask(() => this.transact(data.kind, act));
  }

  async findByHash(hash: string): Promise<SessionRow | undefined> {
    const found = await this.prisma.ask(() => this.prisma.session.findUnique({ where: { hash } }));
    return found ? toRow(found) : undefined;
  }

  /** Ends one. Of an administrator, who acts, this leaves an audit event. */
  async delete({ id, kind }: Pick<SessionRow, 'id' | 'kind'>): Promise<void> {
    await this.prisma.ask(() =>
      this.transact(kind, (transaction) => transaction.session.deleteMany({ where: { id } })),
    );
  }

  /** Ends one of these for somebody. @returns whether there was one */
  async deleteWithin(id: string, scope: SessionScope): Promise<boolean> {
    const where = {
      id,
      ...(scope.kind === 'admin_key' && { adminKeyId: scope.id }),
      ...(scope.kind === 'oidc' && { personId: scope.id }),
    };
    const { count } = await this.prisma.ask(() =>
      this.prisma.change((transaction) => transaction.session.deleteMany({ where })),
    );
    return count > 0;
  }

  /** Ends all of these but one, in an order in which none waits for another. @returns their ids */
  async deleteOthers(exceptId: string | null, scope: SessionScope): Promise<string[]> {
    const rows = await this.prisma.ask(() =>
      this.prisma.change(
        (transaction) => transaction.$queryRaw`
          DELETE FROM sessions WHERE id IN (
            SELECT s.id FROM sessions s WHERE ${withinScope(scope)} AND s.id IS DISTINCT FROM ${exceptId}::uuid
            ORDER BY s.id FOR UPDATE
          ) RETURNING id::text AS id`,
      ),
    );
    return endedRows.parse(rows).map(({ id }) => id);
  }

  /** Up to `limit + 1` sessions that are open, newest first. */
  async list(
    { limit, cursor }: PageQuery,
    scope: SessionScope,
    { now, idleSince, masterKeyHash, issuerHashes }: Openness,
  ): Promise<ListedSessionRow[]> {
    const ofScope = withinScope(scope);
    const after = cursor === undefined ? Prisma.sql`true` : Prisma.sql`s.id < ${cursor}::uuid`;
    const rows = await this.prisma.ask(
      () => this.prisma.$queryRaw`
        SELECT s.id::text AS id, s.kind, coalesce(a.name, k.name, s.name, 'master key') AS name,
          CASE s.kind WHEN 'master_key' THEN 'owner' ELSE a.role END AS role, s.issuer, s.claims AS facts,
          s.created_at, s.last_used_at, s.expires_at, s.client_ip, s.user_agent
        FROM sessions s LEFT JOIN admin_key a ON a.id = s.admin_key_id LEFT JOIN virtual_key k ON k.id = s.key_id
        WHERE s.expires_at > ${now} AND s.last_used_at > ${idleSince} AND CASE s.kind
            WHEN 'master_key' THEN s.key_hash = ${masterKeyHash}
            WHEN 'admin_key' THEN s.key_hash = a.hash
            WHEN 'oidc' THEN s.key_hash = ANY(${[...issuerHashes]})
            WHEN 'virtual_key' THEN s.key_hash = k.hash OR (s.key_hash = k.previous_hash AND k.previous_expires_at > now())
            ELSE false
          END AND ${ofScope} AND ${after}
        ORDER BY s.id DESC LIMIT ${limit + 1}`,
    );
    return listedRows.parse(rows);
  }

  /** Notes that a session was used, unless any gateway has noted it within {@link USE_NOTED_EVERY_MS}. */
  async noteUse(id: string, at: Date): Promise<void> {
    const before = new Date(at.getTime() - USE_NOTED_EVERY_MS);
    await this.prisma.ask(
      () => this.prisma.$executeRaw`
        UPDATE sessions SET last_used_at = ${at} WHERE id = ${id}::uuid AND last_used_at <= ${before}`,
    );
  }

  /**
   * Removes sessions that have ended by themselves, `most` at most.
   * @returns how many they were; null while another gateway is at it
   */
  async removeEnded({ now, idleSince }: Pick<Openness, 'now' | 'idleSince'>, most: number): Promise<number | null> {
    return await this.prisma.ask(() =>
      this.prisma.change(async (transaction) => {
        const [lock] = await transaction.$queryRaw<{ taken: boolean }[]>`SELECT ${LOCK} AS taken`;
        if (!lock?.taken) return null;
        return await transaction.$executeRaw`
          DELETE FROM sessions WHERE id IN (
            SELECT id FROM sessions WHERE expires_at <= ${now} OR last_used_at <= ${idleSince}
            LIMIT ${most} FOR UPDATE SKIP LOCKED
          )`;
      }),
    );
  }

  /** Of what holders of virtual keys do there are no audit events, so that nobody acts. */
  private transact<T>(kind: string, act: (transaction: Prisma.TransactionClient) => Promise<T>): Promise<T> {
    return kind === 'virtual_key'
      ? this.prisma.$transaction(async (transaction) => await act(transaction))
      : this.prisma.change(act);
  }
}

/** What is not understood of a person makes nobody of it. */
function toRow({ personId, issuer, name, claims, ...row }: Session): SessionRow {
  const { data: facts } = personFactsSchema.safeParse(claims);
  const isWhole = personId !== null && issuer !== null && name !== null && facts !== undefined;
  return { ...row, person: isWhole ? { id: personId, issuer, name, facts } : null };
}

function toData({ person, ...data }: NewSession) {
  return {
    ...data,
    lastUsedAt: data.createdAt,
    ...(person && {
      personId: person.id,
      issuer: person.issuer,
      subject: person.subject,
      name: person.name,
      role: person.role,
      claims: person.facts,
    }),
  };
}

function withinScope(scope: SessionScope): Prisma.Sql {
  if (scope.kind === 'admin_key') return Prisma.sql`s.admin_key_id = ${scope.id}::uuid`;
  return scope.kind === 'oidc' ? Prisma.sql`s.person_id = ${scope.id}::uuid` : Prisma.sql`true`;
}

function ofSameKey({ kind, adminKeyId, keyId, person }: NewSession): Prisma.Sql {
  if (person) return Prisma.sql`person_id = ${person.id}::uuid`;
  if (kind === 'admin_key') return Prisma.sql`admin_key_id = ${adminKeyId}::uuid`;
  if (kind === 'virtual_key') return Prisma.sql`key_id = ${keyId}::uuid`;
  return Prisma.sql`kind = ${kind}`;
}
