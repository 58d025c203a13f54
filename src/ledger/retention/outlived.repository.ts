import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Prisma } from '../../database/generated/client.js';
import { actAs } from '../../acting/acting.js';
import { noteChange } from '../../database/audit-note.js';
import { PrismaService } from '../../database/prisma.service.js';
import { firstIdAt } from '../../http/request-id.js';
import type { ScopeOwner, StoredScope } from './retention-scope.js';

/** Arbitrary, but for ever: with it one gateway at a time deletes. The class of our locks is that of the ledger's. */
const LOCK = Prisma.sql`pg_try_advisory_xact_lock(7270737, 4)`;
/** Before every request. */
export const FIRST_ID = '00000000-0000-0000-0000-000000000000';

const storedRows = z.array(
  z.object({ kind: z.enum(['key', 'team', 'gateway']), id: z.string().nullable(), privacy: z.unknown() }),
);
const batchRows = z.tuple([
  z.object({ isOurs: z.boolean(), looked: z.int(), deleted: z.int(), last: z.string().nullable() }),
]);

/** What has become of a batch. */
export interface DeletedBatch {
  /** Whether another gateway is at it. */
  readonly isOthers: boolean;
  /** How many there were to look at, up to the limit, and how many of them are gone now. */
  readonly looked: number;
  readonly deleted: number;
  /** The last of them; the next batch begins after it. */
  readonly last: string | null;
}

/** Which part of somebody's logs is looked at. */
export interface Batch {
  readonly owner: ScopeOwner;
  /** Those that were made before. */
  readonly before: Date;
  /** Those after this id. */
  readonly after: string;
  readonly limit: number;
}

/**
 * Logs and transcripts that are kept no longer, in PostgreSQL. Every batch is one statement, and so one transaction: it locks its
 * own rows only. Every call throws as {@link PrismaService.ask}.
 */
@Injectable()
export class OutlivedRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** What is stored of the privacy of keys, teams and the gateway, as far as something is. */
  async stored(): Promise<readonly StoredScope[]> {
    const rows: unknown = await this.prisma.ask(
      () => this.prisma.$queryRaw`
        SELECT 'key' AS kind, id::text, privacy FROM virtual_key WHERE privacy IS NOT NULL
        UNION ALL SELECT 'team', id::text, privacy FROM team WHERE privacy IS NOT NULL
        UNION ALL SELECT 'gateway', NULL, privacy FROM gateway_setting WHERE privacy IS NOT NULL`,
    );
    return storedRows.parse(rows).map(({ kind, id, privacy }) => {
      return { owner: kind === 'gateway' ? { kind } : { kind, id: id ?? '' }, privacy };
    });
  }

  /**
   * Deletes logs, with their transcripts and the cached copies of their answers (by the triggers of the table) and what was said of
   * them. Sums and spend stay, and the log does not come back.
   */
  async deleteLogs(batch: Batch): Promise<DeletedBatch> {
    return await this.run(
      batch,
      Prisma.sql`
        noted AS (
          INSERT INTO deleted_log (id, key_id, team_id, cost_nano_usd)
          SELECT id, key_id, team_id, cost_nano_usd FROM doomed ON CONFLICT DO NOTHING
        ), unsaid AS (
          DELETE FROM feedback USING doomed WHERE feedback.trace_id = doomed.id::text
            OR (feedback.trace_id = doomed.trace_id AND feedback.created_at < ${batch.before}
              AND (feedback.key_id IS NULL OR feedback.key_id = doomed.key_id))
        ), gone AS (
          DELETE FROM request_log USING doomed WHERE request_log.id = doomed.id RETURNING request_log.id
        )`,
    );
  }

  /** Deletes the transcripts of logs that stay, and the cached copies of their answers. */
  async deleteTranscripts(batch: Batch): Promise<DeletedBatch> {
    return await this.run(
      batch,
      Prisma.sql`
        forgotten AS (
          DELETE FROM cached_answer WHERE request_id IN (SELECT id FROM doomed)
        ), gone AS (
          DELETE FROM transcript USING doomed WHERE request_id = doomed.id RETURNING request_id AS id
        )`,
    );
  }

  /** Forgets erasures of before this moment. */
  async forgetErasures(before: Date): Promise<void> {
    await this.prisma.ask(() => this.prisma.$executeRaw`DELETE FROM erasure WHERE before < ${before}`);
  }

  /** Writes an audit event of what a run has deleted. */
  async noteRun({ logs, transcripts }: { readonly logs: number; readonly transcripts: number }): Promise<void> {
    await actAs({ actor: { kind: 'job', name: 'retention' } }, () =>
      this.prisma.ask(() =>
        this.prisma.change((transaction) =>
          noteChange(transaction, { action: 'delete', kind: 'outlived_logs', after: { logs, transcripts } }),
        ),
      ),
    );
  }

  private async run({ owner, before, after, limit }: Batch, work: Prisma.Sql): Promise<DeletedBatch> {
    const rows: unknown = await this.prisma.ask(
      () => this.prisma.$queryRaw`
        WITH lock AS MATERIALIZED (SELECT ${LOCK} AS is_ours), doomed AS MATERIALIZED (
          SELECT id, key_id, team_id, cost_nano_usd, trace_id FROM request_log
          WHERE (SELECT is_ours FROM lock) AND id > ${after}::uuid AND id < ${firstIdAt(before)}::uuid
            AND ${ownedBy(owner)}
          ORDER BY id LIMIT ${limit}::int FOR UPDATE
        ), ${work}
        SELECT (SELECT is_ours FROM lock) AS "isOurs", (SELECT count(*)::int FROM doomed) AS looked,
          (SELECT count(*)::int FROM gone) AS deleted,
          (SELECT id::text FROM doomed ORDER BY doomed.id DESC LIMIT 1) AS last`,
    );
    const [{ isOurs, ...done }] = batchRows.parse(rows);
    return { isOthers: !isOurs, ...done };
  }
}

function ownedBy(owner: ScopeOwner): Prisma.Sql {
  switch (owner.kind) {
    case 'key':
      return Prisma.sql`key_id = ${owner.id}::uuid`;
    case 'team':
      return Prisma.sql`team_id = ${owner.id}::uuid`;
    default:
      return Prisma.sql`TRUE`;
  }
}
