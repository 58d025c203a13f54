import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Prisma } from '../../database/generated/client.js';
import { PrismaService } from '../../database/prisma.service.js';
import type { PageQuery } from '../../http/admin/list.js';
import { deliveryStatuses, type DeliveryStatus } from './delivery-status.js';

/** For how long nobody else sends what a gateway has taken: longer than a webhook may take. */
export const LEASE_MS = 60_000;
/** What is taken of one alert at once, so that one that does not answer leaves room for the others. */
const MAX_OF_ALERT = 4;
/** How long deliveries, and events that need not be known any more, are kept. */
const KEPT_DAYS = 30;

/** What is told of an event: its id is the `webhook-id`, its body what is sent. */
export interface DeliveredEvent {
  readonly id: string;
  readonly type: string;
  readonly body: { readonly type: string; readonly timestamp: string; readonly data: unknown };
}

/** A stored delivery. */
export interface DeliveryRow {
  readonly id: string;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  readonly nextAttemptAt: Date;
  readonly attemptedAt: Date | null;
  readonly httpStatus: number | null;
  readonly error: string | null;
  readonly latencyMs: number | null;
  readonly createdAt: Date;
  readonly event: DeliveredEvent;
}

/** A delivery that is to be sent now, by whoever has taken it. */
export interface ClaimedDelivery {
  readonly id: string;
  /** What tells that it is still the sender's. */
  readonly lease: string;
  /** With this one. */
  readonly attempts: number;
  readonly event: DeliveredEvent;
  readonly alert: {
    readonly id: string;
    readonly ciphertext: Uint8Array;
    readonly format: string;
    readonly previousExpiresAt: Date | null;
  };
}

/** Which deliveries of an alert are listed. */
export interface DeliverySearch extends PageQuery {
  readonly status?: readonly DeliveryStatus[];
  readonly event_type?: readonly string[];
}

/** How an attempt ended. */
export interface AttemptOutcome {
  readonly status: DeliveryStatus;
  /** Until the next attempt; of one that waits for it. */
  readonly retryAfterMs: number;
  readonly httpStatus: number | null;
  readonly error: string | null;
  readonly latencyMs: number;
}

const claimedRows = z.array(
  z.object({
    id: z.string(),
    lease: z.string(),
    attempts: z.int(),
    eventId: z.string(),
    type: z.string(),
    occurredAt: z.date(),
    data: z.unknown(),
    alertId: z.string(),
    ciphertext: z.instanceof(Uint8Array),
    format: z.string(),
    previousExpiresAt: z.date().nullable(),
  }),
);

const include = { event: true } satisfies Prisma.AlertDeliveryInclude;
const statusColumn = z.enum(deliveryStatuses);

/** Deliveries in PostgreSQL, which decides by its own clock whose turn it is. */
@Injectable()
export class DeliveriesRepository {
  constructor(private readonly prisma: PrismaService) {}

  /**
   * Takes deliveries whose time has come within the last day, each for one gateway at a time. The lease of a gateway that died ends by itself.
   * @param moment absent = the database's clock
   */
  async claim(limit: number, moment?: Date): Promise<ClaimedDelivery[]> {
    const rows = await this.prisma.ask(
      () => this.prisma.$queryRaw`
        WITH clock AS MATERIALIZED (SELECT coalesce(${moment ?? null}::timestamptz, clock_timestamp()) AS moment),
        due AS MATERIALIZED (
          SELECT d.id FROM clock CROSS JOIN alert AS a CROSS JOIN LATERAL (
            SELECT id FROM alert_delivery
            WHERE alert_id = a.id AND status = 'pending' AND next_attempt_at <= clock.moment
              AND next_attempt_at > clock.moment - interval '1 day' AND (leased_until IS NULL OR leased_until <= clock.moment)
            ORDER BY next_attempt_at, id LIMIT ${MAX_OF_ALERT} FOR UPDATE SKIP LOCKED
          ) AS d
          WHERE a.enabled LIMIT ${limit}
        )
        UPDATE alert_delivery AS d
        SET attempts = d.attempts + 1, attempted_at = clock.moment, lease = gen_random_uuid(),
          leased_until = clock.moment + ${LEASE_MS} * interval '1 millisecond'
        FROM due, clock, alert_event AS e, alert AS a
        WHERE d.id = due.id AND e.id = d.event_id AND a.id = d.alert_id
        RETURNING d.id::text, d.lease::text, d.attempts, e.id::text AS "eventId", e.type, e.occurred_at AS "occurredAt", e.data,
          a.id::text AS "alertId", a.ciphertext, a.format, a.previous_expires_at AS "previousExpiresAt"`,
    );
    return claimedRows
      .parse(rows)
      .map(({ id, lease, attempts, eventId, type, occurredAt, data, alertId, ...alert }) => ({
        id,
        lease,
        attempts,
        event: toEvent({ id: eventId, type, occurredAt, data }),
        alert: { id: alertId, ...alert },
      }));
  }

  /**
   * Notes how an attempt ended, unless somebody else has taken the delivery since.
   * @returns whether it was noted
   */
  async note({ id, lease }: ClaimedDelivery, outcome: AttemptOutcome, moment?: Date): Promise<boolean> {
    const { status, retryAfterMs, httpStatus, error, latencyMs } = outcome;
    const count = await this.prisma.ask(
      () => this.prisma.$executeRaw`
        UPDATE alert_delivery SET status = ${status}, http_status = ${httpStatus}, error = ${error}, latency_ms = ${latencyMs},
          next_attempt_at = coalesce(${moment ?? null}::timestamptz, clock_timestamp()) + ${retryAfterMs} * interval '1 millisecond',
          lease = NULL, leased_until = NULL
        WHERE id = ${id}::uuid AND lease = ${lease}::uuid`,
    );
    return count > 0;
  }

  /** How many wait to be sent, by whichever gateway. */
  async countPending(): Promise<number> {
    return await this.prisma.ask(() => this.prisma.alertDelivery.count({ where: { status: 'pending' } }));
  }

  /** Up to `limit + 1` deliveries of an alert, newest first. */
  async list(alertId: string, { limit, cursor, status, event_type }: DeliverySearch): Promise<DeliveryRow[]> {
    const where = {
      alertId,
      ...(cursor && { id: { lt: cursor } }),
      ...(status && { status: { in: [...status] } }),
      ...(event_type && { event: { type: { in: [...event_type] } } }),
    };
    const rows = await this.prisma.ask(() =>
      this.prisma.alertDelivery.findMany({ where, orderBy: { id: 'desc' }, take: limit + 1, include }),
    );
    return rows.map(toRow);
  }

  /**
   * Has a delivery tried again at once, as often as a new one. While somebody is sending it, it is tried after that, unless it
   * arrives.
   * @returns undefined when the alert has no such delivery
   */
  async repeat(alertId: string, id: string, moment?: Date): Promise<DeliveryRow | undefined> {
    const count = await this.prisma.ask(
      () => this.prisma.$executeRaw`
        UPDATE alert_delivery
        SET status = 'pending', attempts = 0, next_attempt_at = coalesce(${moment ?? null}::timestamptz, clock_timestamp())
        WHERE id = ${id}::uuid AND alert_id = ${alertId}::uuid`,
    );
    if (count === 0) return undefined;
    const row = await this.prisma.ask(() => this.prisma.alertDelivery.findUnique({ where: { id }, include }));
    return row ? toRow(row) : undefined;
  }

  /** Gives up what nobody has sent for a day, as where its alert is disabled, and forgets what is old. */
  async tidy(moment?: Date): Promise<void> {
    const now = Prisma.sql`coalesce(${moment ?? null}::timestamptz, clock_timestamp())`;
    await this.prisma.ask(
      () => this.prisma.$executeRaw`
        UPDATE alert_delivery SET status = 'failed', error = 'it could not be sent for a day'
        WHERE status = 'pending' AND next_attempt_at <= ${now} - interval '1 day'`,
    );
    await this.prisma.ask(
      () => this.prisma.$executeRaw`
        DELETE FROM alert_delivery
        WHERE status <> 'pending' AND created_at < ${now} - ${KEPT_DAYS} * interval '1 day'
          AND coalesce(attempted_at, created_at) < ${now} - ${KEPT_DAYS} * interval '1 day'`,
    );
    await this.prisma.ask(
      () => this.prisma.$executeRaw`
        DELETE FROM alert_event AS e
        WHERE e.occurred_at < ${now} - ${KEPT_DAYS} * interval '1 day' AND e.relevant_until < ${now}
          AND NOT EXISTS (SELECT FROM alert_delivery AS d WHERE d.event_id = e.id)`,
    );
    await this.prisma.ask(
      () => this.prisma.$executeRaw`DELETE FROM alert_condition WHERE recovered_at < ${now} - interval '1 day'`,
    );
  }
}

function toEvent({
  id,
  type,
  occurredAt,
  data,
}: {
  readonly id: string;
  readonly type: string;
  readonly occurredAt: Date;
  readonly data: unknown;
}): DeliveredEvent {
  return { id, type, body: { type, timestamp: occurredAt.toISOString(), data } };
}

function toRow(row: Prisma.AlertDeliveryGetPayload<{ include: typeof include }>): DeliveryRow {
  return { ...row, status: statusColumn.safeParse(row.status).data ?? 'failed', event: toEvent(row.event) };
}
