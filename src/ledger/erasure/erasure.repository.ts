import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { noteChange } from '../../database/audit-note.js';
import { Prisma } from '../../database/generated/client.js';
import { PrismaService } from '../../database/prisma.service.js';
import { firstIdAt } from '../../http/request-id.js';
import { nameOf, type Subject } from './erasure-subject.js';
import { IS_PERSONAL, personalColumns } from './personal-columns.js';

/** Which of them. */
export interface ErasureBatch {
  readonly subject: Subject;
  /** Those that were made before. */
  readonly before: Date;
  /** Those after this id. */
  readonly after: string;
  readonly limit: number;
}

const keyRows = z.array(z.object({ id: z.string() }));
const nowRows = z.tuple([z.object({ now: z.date() })]);
const batchRows = z.tuple([z.object({ looked: z.int(), changed: z.int(), last: z.string().nullable() })]);

const KEPT_OF_PERSONAL = Prisma.raw(
  Object.entries(personalColumns)
    .map(([column, kept]) => `${column} = ${kept}`)
    .join(', '),
);

/** Erases what logs tell of somebody, in PostgreSQL. Every call throws as {@link PrismaService.ask}. */
@Injectable()
export class ErasureRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** The keys that are a user's. */
  async keysOf(user: string): Promise<readonly string[]> {
    const rows: unknown = await this.prisma.ask(
      () => this.prisma.$queryRaw`SELECT id::text FROM virtual_key WHERE "user" = ${user} ORDER BY virtual_key.id`,
    );
    return keyRows.parse(rows).map(({ id }) => id);
  }

  /** Notes that their data is erased, so that none comes back from a journal. @returns of requests before when */
  async note(subjects: readonly Subject[]): Promise<Date> {
    const names = subjects.map(nameOf);
    const rows: unknown = await this.prisma.ask(() =>
      this.prisma.change(async (transaction) => {
        // Events are kept, so that they do not say who is to be forgotten.
        await noteChange(transaction, { action: 'delete', kind: 'personal_data', after: { subjects: names } });
        return await transaction.$queryRaw`
        WITH moment AS (SELECT clock_timestamp()::timestamptz(3) AS now), noted AS (
          INSERT INTO erasure (subject, before) SELECT unnest(${names}::text[]), now FROM moment
          ON CONFLICT (subject) DO UPDATE SET before = greatest(erasure.before, excluded.before)
        ) SELECT now FROM moment`;
      }),
    );
    const [{ now }] = nowRows.parse(rows);
    return now;
  }

  /** Erases one batch in one statement, which locks its own rows only. */
  async erase({ subject, before, after, limit }: ErasureBatch): Promise<z.output<typeof batchRows>[0]> {
    const owned =
      'keyId' in subject ? Prisma.sql`key_id = ${subject.keyId}::uuid` : Prisma.sql`end_user = ${subject.endUser}`;
    const rows: unknown = await this.prisma.ask(
      () => this.prisma.$queryRaw`
        WITH meant AS MATERIALIZED (
          SELECT id, key_id, trace_id, cached_request_id, ${Prisma.raw(IS_PERSONAL)} AS is_personal FROM request_log
          WHERE ${owned} AND id > ${after}::uuid AND id < ${firstIdAt(before)}::uuid
          ORDER BY id LIMIT ${limit}::int FOR UPDATE
        ), words AS (
          DELETE FROM transcript USING meant WHERE request_id = meant.id
        ), answers AS (
          DELETE FROM cached_answer WHERE request_id IN (SELECT id FROM meant UNION SELECT cached_request_id FROM meant)
        ), opinions AS (
          -- The name of a trace may tell of somebody, too: it becomes a request of the trace.
          UPDATE feedback SET metadata = NULL, trace_id = meant.id::text, updated_at = now() FROM meant
          WHERE (feedback.trace_id = meant.id::text AND feedback.metadata IS NOT NULL)
            OR (feedback.trace_id = meant.trace_id AND (feedback.key_id IS NULL OR feedback.key_id = meant.key_id))
        ), changed AS (
          UPDATE request_log SET ${KEPT_OF_PERSONAL} FROM meant WHERE request_log.id = meant.id AND is_personal
          RETURNING request_log.id
        )
        SELECT (SELECT count(*)::int FROM meant) AS looked, (SELECT count(*)::int FROM changed) AS changed,
          (SELECT id::text FROM meant ORDER BY meant.id DESC LIMIT 1) AS last`,
    );
    return batchRows.parse(rows)[0];
  }

  /** Deletes the transcript of a request, and the cached copies of its answer, also one that is still on its way into the cache. */
  async eraseTranscript(id: string): Promise<void> {
    // Committed before anything is deleted: what is kept after that finds it.
    await this.prisma.ask(
      () => this.prisma.$executeRaw`
        INSERT INTO erasure (subject, before)
        SELECT 'request:' || answered::text, clock_timestamp() FROM (
          SELECT ${id}::uuid UNION SELECT cached_request_id FROM request_log WHERE id = ${id}::uuid AND cached_request_id IS NOT NULL
        ) AS answers (answered)
        ON CONFLICT (subject) DO UPDATE SET before = excluded.before`,
    );
    await this.prisma.ask(() =>
      this.prisma.change(async (transaction) => {
        await noteChange(transaction, { action: 'delete', kind: 'transcript', subject: { id } });
        await transaction.$executeRaw`
        WITH words AS (DELETE FROM transcript WHERE request_id = ${id}::uuid)
        DELETE FROM cached_answer WHERE request_id IN (
          SELECT ${id}::uuid UNION SELECT cached_request_id FROM request_log WHERE id = ${id}::uuid
        )`;
      }),
    );
  }
}
