import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { timeSchema } from '../../http/admin/time.js';
import type { LogRow } from '../logs/log-row.js';
import { FeedbackRepository, type FeedbackGroup, type FeedbackRow } from './feedback.repository.js';

/** So much of the feedback on a request is shown with its log. */
const SHOWN = 10;

/** The feedback on a request, as the admin API shows it with the log. */
export const logFeedbackSchema = z
  .object({
    score: z
      .number()
      .nullable()
      .meta({ description: 'Mean of the values by their weights, -10 to 10; null = all weigh nothing', example: 5 }),
    count: z.int().meta({ description: 'Of all feedback', example: 1 }),
    newest: z
      .array(
        z.object({
          id: z.uuid(),
          value: z.int().meta({ example: 5 }),
          weight: z.number().meta({ example: 1 }),
          metadata: z.unknown(),
          created_at: timeSchema,
        }),
      )
      .meta({ description: `Up to ${SHOWN}, newest first` }),
  })
  .meta({ id: 'LogFeedback' });
export type LogFeedback = z.infer<typeof logFeedbackSchema>;

/** Where a log's metadata has the trace that its client has named. */
const traced = z.object({ trace_id: z.string() });

/** Finds the feedback on rows of the ledger: by their ids, and by the traces that their clients have named. */
@Injectable()
export class LogFeedbackReader {
  constructor(private readonly feedback: FeedbackRepository) {}

  /** By the id of the row; rows without any are left out. */
  async of(
    rows: readonly Pick<LogRow, 'id' | 'key_id' | 'metadata' | 'trace_id'>[],
  ): Promise<ReadonlyMap<string, LogFeedback>> {
    if (rows.length === 0) return new Map();
    const keyIds = new Set(rows.flatMap(({ key_id }) => key_id ?? []));
    const groups = await this.feedback.groupsOf([...new Set(rows.flatMap(tracesOf))], [...keyIds], SHOWN);
    const found = rows.flatMap((row) => {
      const traces = tracesOf(row);
      // A key speaks of its own requests only, whatever trace it names; the master key of everybody's.
      const own = groups.filter(
        ({ traceId, keyId }) => traces.includes(traceId) && (keyId === null || keyId === row.key_id),
      );
      return own.length === 0 ? [] : [[row.id, present(own)] as const];
    });
    return new Map(found);
  }
}

function tracesOf({ id, metadata, trace_id }: Pick<LogRow, 'id' | 'metadata' | 'trace_id'>): readonly string[] {
  const named = traced.safeParse(metadata).data?.trace_id;
  return [...new Set([id, ...[trace_id, named].flatMap((it) => it ?? [])])];
}

function present(groups: readonly FeedbackGroup[]): LogFeedback {
  const weight = sum(groups.map(({ weightSum }) => weightSum));
  const newest = groups
    .flatMap((group) => group.newest)
    .toSorted((one, other) => (one.id < other.id ? 1 : -1))
    .slice(0, SHOWN);
  return {
    score: weight === 0 ? null : sum(groups.map(({ weightedSum }) => weightedSum)) / weight,
    count: sum(groups.map(({ count }) => count)),
    newest: newest.map(presentRow),
  };
}

function presentRow({ id, value, weight, metadata, createdAt }: FeedbackRow): LogFeedback['newest'][number] {
  return { id, value, weight, metadata, created_at: createdAt.toISOString() };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, it) => total + it, 0);
}
