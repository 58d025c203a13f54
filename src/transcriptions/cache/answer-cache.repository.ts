import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Prisma } from '../../database/generated/client.js';
import { noteChange } from '../../database/audit-note.js';
import { PrismaService } from '../../database/prisma.service.js';
import { timeOf } from '../../http/request-id.js';
import { nameOf, type Subject } from '../../ledger/erasure/erasure-subject.js';
import type { AnswerPart } from './answer-form.js';

/** How long an open question is another's to ask, unless its gateway says that it still lives. */
export const CLAIM_SECONDS = 15;
/** How exactly the time of an answer's last use is known. */
const USE_SECONDS = 60;

/** One form of the answer to one question. */
export interface AnswerReference {
  /** See `cacheKeyOf`. */
  readonly key: Buffer;
  /** See `formOf`. */
  readonly form: string;
}

/** Which answer would do. */
export interface AnswerQuery extends AnswerReference {
  /** null = the master key. */
  readonly keyId: string | null;
  /** What an answer of another form must have; undefined: it must be of this form. */
  readonly parts: readonly AnswerPart[] | undefined;
  /** None that is older, in seconds. */
  readonly maxAgeSeconds: number | undefined;
}

/** An answer that is to be kept. */
export interface NewAnswer extends AnswerReference {
  readonly keyId: string | null;
  /** What answers of other forms can be made of it. */
  readonly parts: readonly AnswerPart[];
  readonly model: string;
  /** Whose answer it is. */
  readonly requestId: string;
  /** For whom it was asked; null = nobody was named. */
  readonly endUser: string | null;
  readonly answer: Buffer;
  readonly ttlSeconds: number;
}

/** Which answers are meant: those to which all of it applies. */
export interface AnswerFilter {
  readonly keyId?: string;
  readonly model?: string;
  /** The request that was answered with it, first or again. */
  readonly requestId?: string;
}

/** How much is kept. */
export interface CacheSize {
  readonly answers: number;
  readonly bytes: number;
}

const foundRows = z.array(z.object({ form: z.string(), answer: z.instanceof(Uint8Array), isIdle: z.boolean() }));
const sizeRows = z.array(z.object({ answers: z.number(), bytes: z.string().transform(Number) }));

/** Cached answers in PostgreSQL, by whose clock they age. Every call throws as {@link PrismaService.ask}. */
@Injectable()
export class AnswerCacheRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** The bytes of the answer that would do best: one of the same form, else the newest. */
  async find({ key, form, keyId, parts, maxAgeSeconds }: AnswerQuery): Promise<Uint8Array | undefined> {
    const ofOtherForms = parts === undefined ? Prisma.empty : Prisma.sql`OR gives @> ${[...parts]}::text[]`;
    const isYoung =
      maxAgeSeconds === undefined
        ? Prisma.empty
        : Prisma.sql`AND created_at > now() - make_interval(secs => ${maxAgeSeconds}::float8)`;
    const rows = await this.prisma.ask(
      () => this.prisma.$queryRaw`
        SELECT form, answer, used_at < now() - make_interval(secs => ${USE_SECONDS}::float8) AS "isIdle"
        FROM cached_answer
        WHERE key = ${key} AND key_id IS NOT DISTINCT FROM ${keyId}::uuid AND expires_at > now()
          AND (form = ${form} ${ofOtherForms}) ${isYoung}
        ORDER BY form = ${form} DESC, created_at DESC
        LIMIT 1`,
    );
    const [found] = foundRows.parse(rows);
    if (found?.isIdle) await this.use({ key, form: found.form });
    return found?.answer;
  }

  private async use({ key, form }: AnswerReference): Promise<void> {
    await this.prisma.ask(
      () => this.prisma.$executeRaw`UPDATE cached_answer SET used_at = now() WHERE key = ${key} AND form = ${form}`,
    );
  }

  /**
   * Keeps an answer in place of the one before, unless its key is gone or forbids it: whoever forbids it, and deletes what
   * there is, waits for this. What was erased meanwhile goes again: an erasure is noted before it deletes, so that either it finds
   * the answer or the answer finds it.
   */
  async keep(given: NewAnswer): Promise<void> {
    const { key, form, keyId, parts, model, requestId, answer, ttlSeconds } = given;
    const ofKey =
      keyId === null ? Prisma.empty : Prisma.sql`FROM virtual_key WHERE id = ${keyId}::uuid AND cache FOR SHARE`;
    await this.prisma.ask(
      () => this.prisma.$executeRaw`
        INSERT INTO cached_answer (key, form, gives, key_id, model, request_id, answer, bytes, expires_at)
        SELECT ${key}, ${form}, ${[...parts]}::text[], ${keyId}::uuid, ${model}, ${requestId}::uuid, ${answer},
               ${answer.length}::int, now() + make_interval(secs => ${ttlSeconds}::float8)
        ${ofKey}
        ON CONFLICT (key, form) DO UPDATE SET
          gives = excluded.gives, key_id = excluded.key_id, model = excluded.model, request_id = excluded.request_id,
          answer = excluded.answer, bytes = excluded.bytes, created_at = now(), used_at = now(),
          expires_at = excluded.expires_at`,
    );
    await this.forgetErased(given);
  }

  private async forgetErased({ key, form, keyId, requestId, endUser }: NewAnswer): Promise<void> {
    const subjects: Subject[] = [...(keyId === null ? [] : [{ keyId }]), ...(endUser === null ? [] : [{ endUser }])];
    await this.prisma.ask(
      () => this.prisma.$executeRaw`
        DELETE FROM cached_answer WHERE key = ${key} AND form = ${form} AND request_id = ${requestId}::uuid AND EXISTS (
          SELECT FROM erasure WHERE subject = ${nameOf({ requestId })}
            OR (subject = ANY (${subjects.map(nameOf)}::text[]) AND before > ${timeOf(requestId)})
        )`,
    );
  }

  /** Makes a question this request's to ask, for `CLAIM_SECONDS`. @returns whether it is; else another asks it now */
  async claim({ key, form }: AnswerReference, owner: string): Promise<boolean> {
    const count = await this.prisma.ask(
      () => this.prisma.$executeRaw`
        INSERT INTO open_question (key, form, owner, until)
        VALUES (${key}, ${form}, ${owner}::uuid, now() + make_interval(secs => ${CLAIM_SECONDS}::float8))
        ON CONFLICT (key, form) DO UPDATE SET owner = excluded.owner, until = excluded.until
        WHERE open_question.until <= now()`,
    );
    return count > 0;
  }

  /** Says that the request still asks. */
  async renewClaim({ key, form }: AnswerReference, owner: string): Promise<void> {
    await this.prisma.ask(
      () => this.prisma.$executeRaw`
        UPDATE open_question SET until = now() + make_interval(secs => ${CLAIM_SECONDS}::float8)
        WHERE key = ${key} AND form = ${form} AND owner = ${owner}::uuid`,
    );
  }

  /** Leaves the question to others. */
  async releaseClaim({ key, form }: AnswerReference, owner: string): Promise<void> {
    await this.prisma.ask(
      () => this.prisma.$executeRaw`
        DELETE FROM open_question WHERE key = ${key} AND form = ${form} AND owner = ${owner}::uuid`,
    );
  }

  /** Deletes what has expired, and what was not used for longest as far as all together are larger than `maxBytes`. */
  async sweep(maxBytes: number): Promise<void> {
    await this.prisma.ask(() => this.prisma.$executeRaw`DELETE FROM cached_answer WHERE expires_at <= now()`);
    await this.prisma.ask(
      () => this.prisma.$executeRaw`DELETE FROM open_question WHERE until < now() - interval '1 minute'`,
    );
    await this.prisma.ask(
      () => this.prisma.$executeRaw`
        DELETE FROM cached_answer WHERE (key, form) IN (
          SELECT key, form FROM (
            SELECT key, form, SUM(bytes) OVER (ORDER BY used_at DESC, key, form) AS total FROM cached_answer
          ) AS ranked WHERE total > ${maxBytes}::bigint)`,
    );
  }

  /** For an administrator, of which an audit event tells. @returns how many there were */
  async erase({ keyId, model, requestId }: AnswerFilter): Promise<number> {
    const conditions = [
      Prisma.sql`TRUE`,
      ...(keyId === undefined ? [] : [Prisma.sql`key_id = ${keyId}::uuid`]),
      ...(model === undefined ? [] : [Prisma.sql`model = ${model}`]),
      ...(requestId === undefined
        ? []
        : [
            Prisma.sql`request_id IN (
              SELECT ${requestId}::uuid UNION SELECT cached_request_id FROM request_log WHERE id = ${requestId}::uuid)`,
          ]),
    ];
    return await this.prisma.ask(() =>
      this.prisma.change(async (transaction) => {
        const deleted = await transaction.$executeRaw`
          DELETE FROM cached_answer WHERE ${Prisma.join(conditions, ' AND ')}`;
        const after = { key_id: keyId, model, request_id: requestId, deleted };
        await noteChange(transaction, { action: 'delete', kind: 'cache', after });
        return deleted;
      }),
    );
  }

  /** What has expired and was not deleted yet is included. */
  async size(): Promise<CacheSize> {
    const rows = await this.prisma.ask(
      () => this.prisma.$queryRaw`
        SELECT COUNT(*)::int AS answers, COALESCE(SUM(bytes), 0)::text AS bytes FROM cached_answer`,
    );
    return sizeRows.parse(rows)[0] ?? { answers: 0, bytes: 0 };
  }
}
