import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Prisma } from '../../database/generated/client.js';
import { PrismaService } from '../../database/prisma.service.js';
import type { RequestMetadata } from '../../domain/request-metadata.js';

/** What somebody thinks of an answer. */
export interface FeedbackFields {
  /** An integer from -10 to 10. */
  readonly value: number;
  /** From 0 to 1. */
  readonly weight: number;
  /** null = none. */
  readonly metadata: RequestMetadata | string | null;
}

/** Feedback on the requests of a trace. */
export interface NewFeedback extends FeedbackFields {
  readonly traceId: string;
}

/** Stored feedback, as one row of the ledger shows it. */
export interface FeedbackRow {
  readonly id: string;
  readonly value: number;
  readonly weight: number;
  /** JSON; null = none. */
  readonly metadata: unknown;
  readonly createdAt: Date;
}

/** All feedback of one key, or of the master key, on one trace. */
export interface FeedbackGroup {
  readonly traceId: string;
  /** null = the master key gave it. */
  readonly keyId: string | null;
  readonly count: number;
  /** Sum of value times weight. */
  readonly weightedSum: number;
  readonly weightSum: number;
  /** The newest of it, newest first. */
  readonly newest: readonly FeedbackRow[];
}

const rowsSchema = z.array(
  z.object({
    id: z.string(),
    traceId: z.string(),
    keyId: z.string().nullable(),
    value: z.number(),
    weight: z.number(),
    metadata: z.unknown(),
    createdAt: z.date(),
    count: z.number(),
    weightedSum: z.number(),
    weightSum: z.number(),
  }),
);

/** Feedback in PostgreSQL. */
@Injectable()
export class FeedbackRepository {
  constructor(private readonly prisma: PrismaService) {}

  /**
   * Stores all of it or none.
   * @param most how much one key may give on one trace; a few more where several are given at the same moment
   * @returns the ids in the same order, or the trace that has enough
   */
  async create(
    keyId: string | null,
    feedback: readonly NewFeedback[],
    most: number,
  ): Promise<{ readonly ids: readonly string[] } | { readonly full: string }> {
    const traceIds = [...new Set(feedback.map(({ traceId }) => traceId))];
    return await this.prisma.ask(() =>
      this.prisma.$transaction(async (transaction) => {
        const counts = await transaction.feedback.groupBy({
          by: ['traceId'],
          where: { keyId, traceId: { in: traceIds } },
          _count: true,
        });
        const before = new Map(counts.map(({ traceId, _count }) => [traceId, _count]));
        const full = traceIds.find(
          (traceId) => (before.get(traceId) ?? 0) + feedback.filter((it) => it.traceId === traceId).length > most,
        );
        if (full !== undefined) return { full };
        const made = await transaction.feedback.createManyAndReturn({
          data: feedback.map((it) => ({ ...it, keyId, metadata: toJson(it.metadata) })),
          select: { id: true },
        });
        return { ids: made.map(({ id }) => id) };
      }),
    );
  }

  /**
   * Changes what is given of feedback that this key has given; null = anybody's.
   * @returns whether it was there
   */
  async update(id: string, keyId: string | null, changes: Partial<FeedbackFields>): Promise<boolean> {
    const { metadata, ...rest } = changes;
    const { count } = await this.prisma.ask(() =>
      this.prisma.feedback.updateMany({
        where: { id, ...(keyId !== null && { keyId }) },
        data: { ...rest, ...(metadata !== undefined && { metadata: toJson(metadata) }) },
      }),
    );
    return count > 0;
  }

  /**
   * All feedback on these traces of these keys and of the master key: a group for each trace and whoever gave it.
   * @param newest up to so many rows of each group are returned
   */
  async groupsOf(traceIds: readonly string[], keyIds: readonly string[], newest: number): Promise<FeedbackGroup[]> {
    const found: unknown = await this.prisma.ask(
      () => this.prisma.$queryRaw`
        SELECT id::text, trace_id AS "traceId", key_id::text AS "keyId", value, weight, metadata,
               created_at AS "createdAt", count, weighted_sum AS "weightedSum", weight_sum AS "weightSum"
        FROM (
          SELECT *, row_number() OVER (whose ORDER BY id DESC) AS nth, (count(*) OVER whose)::int AS count,
                 sum(value * weight) OVER whose AS weighted_sum, sum(weight) OVER whose AS weight_sum
          FROM feedback
          WHERE trace_id = ANY(${[...traceIds]}::text[]) AND (key_id IS NULL OR key_id = ANY(${[...keyIds]}::uuid[]))
          WINDOW whose AS (PARTITION BY trace_id, key_id)
        ) AS numbered
        WHERE nth <= ${newest} ORDER BY numbered.id DESC`,
    );
    const groups = new Map<string, FeedbackGroup & { newest: FeedbackRow[] }>();
    for (const row of rowsSchema.parse(found)) {
      const whose = JSON.stringify([row.traceId, row.keyId]);
      const group = groups.get(whose) ?? { ...row, newest: [] };
      groups.set(whose, group);
      group.newest.push(row);
    }
    return [...groups.values()];
  }
}

function toJson(metadata: FeedbackFields['metadata']) {
  return metadata ?? Prisma.DbNull;
}
