import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Prisma } from '../../database/generated/client.js';
import { PrismaService } from '../../database/prisma.service.js';
import { firstIdAt } from '../../http/request-id.js';
import type { LogEntry } from './log-entry.js';

const withTranscript = { transcript: true } satisfies Prisma.LogInclude;

/** A stored row of the ledger. */
export type LogRow = Prisma.LogGetPayload<{ include: typeof withTranscript }>;

/** How Prisma passes PostgreSQL's own code on. */
const databaseError = z.object({
  meta: z.object({ driverAdapterError: z.object({ cause: z.object({ originalCode: z.string() }) }) }),
});

/** What a list of rows can be narrowed by. */
export interface LogFilter {
  readonly from?: Date;
  readonly to?: Date;
  readonly keyId?: string;
  readonly model?: string;
  readonly provider?: string;
  readonly status?: string;
  readonly task?: string;
  readonly requestId?: string;
}

/** The ledger in PostgreSQL. */
@Injectable()
export class LedgerRepository {
  constructor(private readonly prisma: PrismaService) {}

  /**
   * Writes rows and adds their costs to their keys, all or nothing. Writing a row twice changes nothing, so that a batch
   * whose answer got lost can be sent again.
   */
  async append(entries: readonly LogEntry[]): Promise<void> {
    await this.prisma.$transaction(async (transaction) => {
      const inserted = await transaction.log.createManyAndReturn({
        data: entries.map(toData),
        skipDuplicates: true,
        select: { id: true },
      });
      const fresh = new Set(inserted.map((row) => row.id));
      const news = entries.filter((entry) => fresh.has(entry.id));
      await transaction.transcript.createMany({
        data: news.flatMap(({ id, transcript }) =>
          transcript === null ? [] : [{ requestId: id, text: storable(transcript) }],
        ),
      });
      for (const [keyId, { spendNanoUsd, lastUsedAt }] of totalsByKey(news)) {
        // In order of id (see totalsByKey), so that two writers never wait for each other in a circle.
        await transaction.$executeRaw`
          UPDATE virtual_key
          SET spend_nano_usd = spend_nano_usd + ${spendNanoUsd},
              last_used_at = GREATEST(last_used_at, ${lastUsedAt})
          WHERE id = ${keyId}::uuid`;
      }
    });
  }

  /**
   * Whether `append` failed because of what a row holds, so that it would fail for ever. Everything else passes: a
   * connection that broke, a database that is starting, full or read-only.
   */
  isRefusal(error: unknown): boolean {
    if (error instanceof Prisma.PrismaClientValidationError) return true;
    const parsed = databaseError.safeParse(error);
    // Classes of SQLSTATE: data exceptions, violated constraints.
    return parsed.success && /^2[23]/.test(parsed.data.meta.driverAdapterError.cause.originalCode);
  }

  async find(id: string): Promise<LogRow | undefined> {
    return (await this.prisma.log.findUnique({ where: { id }, include: withTranscript })) ?? undefined;
  }

  /** Up to `limit + 1` rows, newest first. */
  async list(filter: LogFilter, limit: number, cursor?: string): Promise<LogRow[]> {
    const { from, to, requestId, ...equal } = filter;
    return await this.prisma.log.findMany({
      where: {
        ...equal,
        // A request id begins with its time, so one index gives the range, the order and the cursor.
        AND: [
          ...(requestId ? [{ id: requestId }] : []),
          ...(from ? [{ id: { gte: firstIdAt(from) } }] : []),
          ...(to ? [{ id: { lt: firstIdAt(to) } }] : []),
          ...(cursor ? [{ id: { lt: cursor } }] : []),
        ],
      },
      include: withTranscript,
      orderBy: { id: 'desc' },
      take: limit + 1,
    });
  }
}

function toData(entry: LogEntry) {
  const { transcript: _, attempts, plan, usage, costSteps, warnings, audioBytes, ...rest } = entry;
  return {
    ...rest,
    errorMessage: storable(rest.errorMessage),
    model: storable(rest.model),
    language: storable(rest.language),
    userAgent: storable(rest.userAgent),
    upstreamRequestId: storable(rest.upstreamRequestId),
    audioBytes: audioBytes === null ? null : BigInt(audioBytes),
    attempts: attempts.map((attempt) => ({
      ...attempt,
      error: storable(attempt.error),
      upstream_request_id: storable(attempt.upstream_request_id),
    })),
    warnings: warnings.map((warning) => storable(warning)),
    ...(usage && { usage: { ...usage } }),
    ...(costSteps && { costSteps: costSteps.map((step) => ({ ...step })) }),
    ...(plan && {
      plan: { candidates: plan.candidates.map((it) => ({ ...it })), left_out: plan.left_out.map((it) => ({ ...it })) },
    }),
  };
}

/** PostgreSQL takes neither NUL nor half a surrogate pair, both of which a client or provider can send. */
function storable<T extends string | null>(text: T): T extends string ? string : string | null;
function storable(text: string | null): string | null {
  return text === null ? null : text.replaceAll('\0', '').toWellFormed();
}

function totalsByKey(entries: readonly LogEntry[]): [string, { spendNanoUsd: bigint; lastUsedAt: Date }][] {
  const totals = new Map<string, { spendNanoUsd: bigint; lastUsedAt: Date }>();
  for (const { keyId, costNanoUsd, createdAt } of entries) {
    if (keyId === null) continue;
    const before = totals.get(keyId);
    totals.set(keyId, {
      spendNanoUsd: (before?.spendNanoUsd ?? 0n) + (costNanoUsd ?? 0n),
      lastUsedAt: before && before.lastUsedAt > createdAt ? before.lastUsedAt : createdAt,
    });
  }
  return [...totals].toSorted(([left], [right]) => (left < right ? -1 : 1));
}
