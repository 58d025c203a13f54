import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Prisma } from '../../database/generated/client.js';
import { PrismaService } from '../../database/prisma.service.js';
import { toUsd } from '../../domain/money.js';
import { newRequestId } from '../../http/request-id.js';
import type { AlertData, AlertEventType } from './alert-events.js';

/** Something that has happened, to be told once. */
export interface NewEvent<Type extends AlertEventType = AlertEventType> {
  readonly type: Type;
  /** What it has happened to. */
  readonly subject: string;
  /** In which period, or for which time: it is told once in each. */
  readonly period: string;
  readonly occurredAt: Date;
  readonly data: AlertData<Type>;
  /** Until then it must be known that it was told; null = for ever. */
  readonly relevantUntil: Date | null;
}

/** A budget of which something is to be told. */
export interface BudgetOccurrence {
  readonly type: 'budget.soft_limit' | 'budget.exhausted';
  readonly budgetId: string;
  readonly startsAt: Date;
  readonly occurredAt: Date;
}

/** Something that is not as it should be, as a gateway sees it. */
export interface SeenCondition {
  readonly kind: string;
  readonly subject: string;
  /** The event that tells of it, should nobody have told yet. */
  readonly type: AlertEventType;
  readonly occurredAt: Date;
  readonly data: unknown;
}

/** Something that no gateway has seen for a while. */
export interface EndedCondition {
  readonly kind: string;
  readonly subject: string;
  /** The event that told of it. */
  readonly incident: string;
  readonly since: Date;
  readonly seenAt: Date;
}

/** How long nobody must have seen a condition for it to be over; twice as long each time that it has come back soon. */
const QUIET_MS = 120_000;
const MAX_DOUBLINGS = 4;
/** What comes back within this time has come back soon. */
const RELAPSE_MS = 3_600_000;
/** How many keys are told of at once. */
const MAX_KEYS = 500;

const conditionRows = z.array(
  z.object({ kind: z.string(), subject: z.string(), incident: z.string(), since: z.date(), seenAt: z.date() }),
);
const budgetRows = z.array(
  z.object({
    type: z.enum(['budget.soft_limit', 'budget.exhausted']),
    id: z.string(),
    startsAt: z.date(),
    occurredAt: z.date(),
    keyId: z.string().nullable(),
    keyName: z.string().nullable(),
    teamId: z.string().nullable(),
    teamName: z.string().nullable(),
    model: z.string().nullable(),
    period: z.enum(['day', 'week', 'month', 'total']),
    timeZone: z.string(),
    limitNanoUsd: z.bigint().nullable(),
    softLimitNanoUsd: z.bigint().nullable(),
    limitAudioMs: z.bigint().nullable(),
    spentNanoUsd: z.bigint(),
    spentAudioMs: z.bigint(),
    resetsAt: z.date().nullable(),
  }),
);
const keyRows = z.array(
  z.object({
    id: z.string(),
    name: z.string(),
    teamId: z.string().nullable(),
    teamName: z.string().nullable(),
    user: z.string().nullable(),
    expiresAt: z.date(),
    period: z.string(),
  }),
);

/** Of a condition `c`: whether nobody has seen it for long enough at `clock.moment`. */
const IS_QUIET = Prisma.sql`c.recovered_at IS NULL AND c.seen_at
  + ${QUIET_MS} * interval '1 millisecond' * power(2, least(c.relapses, ${MAX_DOUBLINGS})) <= clock.moment`;

/**
 * The end of a statement that tells of events: those of `fresh` that somebody wants, and that were not told yet, with a delivery for
 * each who wants them. A delivery's id begins with the time of its event's, as ids of this version do.
 */
const TELL = Prisma.sql`
  told AS (
    INSERT INTO alert_event (id, type, subject, period, occurred_at, data, relevant_until)
    SELECT id, type, subject, period, occurred_at, data, relevant_until FROM fresh
    WHERE EXISTS (SELECT FROM alert AS a WHERE a.enabled AND wants_event(a, fresh.type))
    ORDER BY type, subject, period
    ON CONFLICT (type, subject, period) DO NOTHING
    RETURNING id, type
  ), sent AS (
    INSERT INTO alert_delivery (id, alert_id, event_id, next_attempt_at)
    SELECT (left(told.id::text, 15) || substr(gen_random_uuid()::text, 16))::uuid, a.id, told.id, clock.moment
    FROM clock, told JOIN alert AS a ON a.enabled AND wants_event(a, told.type)
  )
  SELECT count(*)::int AS told FROM told`;

const toldRows = z.tuple([z.object({ told: z.int() })]);

/** Events in PostgreSQL, which sees to it that each is told once, by one statement, whichever gateways notice it. */
@Injectable()
export class EventsRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** @returns how many of them were not told yet, and are wanted */
  async tell(events: readonly NewEvent[], moment?: Date): Promise<number> {
    if (events.length === 0) return 0;
    const given = json(
      events.map(({ type, subject, period, occurredAt, data, relevantUntil }) => ({
        id: newRequestId(),
        type,
        subject,
        period,
        occurred_at: occurredAt,
        data,
        relevant_until: relevantUntil,
      })),
    );
    const rows = await this.prisma.ask(
      () => this.prisma.$queryRaw`
        WITH ${clock(moment)}, fresh AS MATERIALIZED (
          SELECT DISTINCT ON (type, subject, period) * FROM jsonb_to_recordset(${given}::jsonb)
            AS given(id uuid, type text, subject text, period text, occurred_at timestamptz, data jsonb, relevant_until timestamptz)
          ORDER BY type, subject, period, id
        ), ${TELL}`,
    );
    return toldRows.parse(rows)[0].told;
  }

  /** Tells of what is seen, unless it was seen before and has not ended since. */
  async see(conditions: readonly SeenCondition[], moment?: Date): Promise<number> {
    if (conditions.length === 0) return 0;
    const given = json(
      conditions.map(({ kind, subject, type, occurredAt, data }) => ({
        id: newRequestId(),
        kind,
        subject,
        type,
        occurred_at: occurredAt,
        data,
      })),
    );
    const rows = await this.prisma.ask(
      () => this.prisma.$queryRaw`
        WITH ${clock(moment)}, given AS MATERIALIZED (
          SELECT * FROM jsonb_to_recordset(${given}::jsonb)
            AS given(id uuid, kind text, subject text, type text, occurred_at timestamptz, data jsonb)
        ), seen AS (
          INSERT INTO alert_condition AS c (kind, subject, incident, since, seen_at)
          SELECT kind, subject, id, occurred_at, clock.moment FROM given, clock ORDER BY kind, subject
          ON CONFLICT (kind, subject) DO UPDATE SET
            seen_at = greatest(c.seen_at, excluded.seen_at),
            incident = CASE WHEN c.recovered_at IS NULL THEN c.incident ELSE excluded.incident END,
            since = CASE WHEN c.recovered_at IS NULL THEN c.since ELSE excluded.since END,
            relapses = CASE WHEN c.recovered_at IS NULL THEN c.relapses
              WHEN c.recovered_at > excluded.seen_at - ${RELAPSE_MS} * interval '1 millisecond' THEN c.relapses + 1 ELSE 0 END,
            recovered_at = NULL
          RETURNING c.incident
        ), fresh AS MATERIALIZED (
          SELECT given.*, incident::text AS period, occurred_at AS relevant_until
          FROM given JOIN seen ON seen.incident = given.id
        ), ${TELL}`,
    );
    return toldRows.parse(rows)[0].told;
  }

  /** Conditions of which it is to be told that they are over. */
  async quiet(moment?: Date): Promise<readonly EndedCondition[]> {
    const rows = await this.prisma.ask(
      () => this.prisma.$queryRaw`
        WITH ${clock(moment)}
        SELECT c.kind, c.subject, c.incident::text, c.since, c.seen_at AS "seenAt" FROM alert_condition AS c, clock
        WHERE ${IS_QUIET} ORDER BY c.kind, c.subject`,
    );
    return conditionRows.parse(rows);
  }

  /**
   * Ends conditions that still nobody has seen, and tells of it.
   * @param ended with the event that tells of it; null = nobody is told, because there is no such thing any more
   */
  async end(
    ended: readonly (EndedCondition & { readonly event: Pick<NewEvent, 'type' | 'occurredAt' | 'data'> | null })[],
    moment?: Date,
  ): Promise<number> {
    if (ended.length === 0) return 0;
    const given = json(
      ended.map(({ kind, subject, incident, event }) => ({
        id: newRequestId(),
        kind,
        subject,
        incident,
        type: event?.type ?? null,
        occurred_at: event?.occurredAt ?? null,
        data: event?.data ?? null,
      })),
    );
    const rows = await this.prisma.ask(
      () => this.prisma.$queryRaw`
        WITH ${clock(moment)}, given AS MATERIALIZED (
          SELECT * FROM jsonb_to_recordset(${given}::jsonb)
            AS given(id uuid, kind text, subject text, incident uuid, type text, occurred_at timestamptz, data jsonb)
        ), ended AS (
          UPDATE alert_condition AS c SET recovered_at = clock.moment FROM given, clock
          WHERE c.kind = given.kind AND c.subject = given.subject AND c.incident = given.incident AND ${IS_QUIET}
          RETURNING c.incident
        ), fresh AS MATERIALIZED (
          SELECT given.*, incident::text AS period, occurred_at AS relevant_until
          FROM given JOIN ended USING (incident) WHERE given.type IS NOT NULL
        ), ${TELL}`,
    );
    return toldRows.parse(rows)[0].told;
  }

  /** What is to be told of budgets, as they stand; of those that are gone nothing. */
  async ofBudgets(occurrences: readonly BudgetOccurrence[]): Promise<NewEvent[]> {
    if (occurrences.length === 0) return [];
    const given = json(
      occurrences.map(({ type, budgetId, startsAt, occurredAt }) => ({
        type,
        budget_id: budgetId,
        starts_at: startsAt,
        occurred_at: occurredAt,
      })),
    );
    const rows = await this.prisma.ask(
      () => this.prisma.$queryRaw`
        SELECT given.type, b.id::text, given.starts_at AS "startsAt", given.occurred_at AS "occurredAt",
          k.id::text AS "keyId", k.name AS "keyName", t.id::text AS "teamId", t.name AS "teamName",
          b.model, b.period, b.time_zone AS "timeZone", b.limit_nano_usd AS "limitNanoUsd",
          b.soft_limit_nano_usd AS "softLimitNanoUsd", b.limit_audio_ms AS "limitAudioMs",
          coalesce(p.spent_nano_usd, 0) AS "spentNanoUsd", coalesce(p.spent_audio_ms, 0) AS "spentAudioMs",
          budget_period_end(b.period, b.time_zone, given.starts_at) AS "resetsAt"
        FROM jsonb_to_recordset(${given}::jsonb)
          AS given(type text, budget_id uuid, starts_at timestamptz, occurred_at timestamptz)
        JOIN budget AS b ON b.id = given.budget_id
        LEFT JOIN budget_period AS p ON p.budget_id = b.id AND p.starts_at = given.starts_at
        LEFT JOIN virtual_key AS k ON k.id = b.key_id
        LEFT JOIN team AS t ON t.id = b.team_id`,
    );
    return budgetRows.parse(rows).map(budgetEvent);
  }

  /**
   * Keys that expire within so many days, or within one, of which that was not told yet.
   * @param now when it is told
   * @returns a few hundred at most
   */
  async ofExpiringKeys(days: number, now: Date, moment?: Date): Promise<NewEvent<'key.expiring'>[]> {
    const rows = await this.prisma.ask(
      () => this.prisma.$queryRaw`
        WITH ${clock(moment)}
        SELECT k.id::text, k.name, t.id::text AS "teamId", t.name AS "teamName", k."user", k.expires_at AS "expiresAt", of.period
        FROM clock CROSS JOIN virtual_key AS k LEFT JOIN team AS t ON t.id = k.team_id
        CROSS JOIN LATERAL (
          SELECT concat_ws('/', CASE WHEN k.expires_at <= clock.moment + interval '1 day' THEN 'last' ELSE 'first' END,
            round(1000 * extract(epoch FROM k.expires_at))::bigint::text) AS period
        ) AS of
        WHERE NOT k.blocked AND k.expires_at > clock.moment AND k.expires_at <= clock.moment + ${days} * interval '1 day'
          AND NOT EXISTS (
            SELECT FROM alert_event AS e WHERE e.type = 'key.expiring' AND e.subject = k.id::text AND e.period = of.period
          )
        ORDER BY k.expires_at, k.id LIMIT ${MAX_KEYS}`,
    );
    return keyRows.parse(rows).map(({ id, name, teamId, teamName, user, expiresAt, period }) => ({
      type: 'key.expiring',
      subject: id,
      period,
      occurredAt: now,
      data: { key: { id, name }, team: namedOf(teamId, teamName), user, expires_at: expiresAt.toISOString() },
      relevantUntil: expiresAt,
    }));
  }
}

function clock(moment: Date | undefined): Prisma.Sql {
  return Prisma.sql`clock AS MATERIALIZED (SELECT coalesce(${moment ?? null}::timestamptz, clock_timestamp()) AS moment)`;
}

function json(rows: readonly object[]): string {
  return JSON.stringify(rows);
}

function namedOf(id: string | null, name: string | null): { id: string; name: string } | null {
  return id === null || name === null ? null : { id, name };
}

function budgetEvent(row: z.output<typeof budgetRows>[number]): NewEvent {
  const { type, id, startsAt, occurredAt, period, limitNanoUsd, softLimitNanoUsd, limitAudioMs, resetsAt } = row;
  const key = namedOf(row.keyId, row.keyName);
  const team = namedOf(row.teamId, row.teamName);
  return {
    type,
    subject: id,
    period: startsAt.toISOString(),
    occurredAt,
    relevantUntil: resetsAt,
    data: {
      budget: {
        id,
        owner: key ? 'key' : team ? 'team' : 'gateway',
        key,
        team,
        model: row.model,
        period,
        time_zone: row.timeZone,
        limit_usd: limitNanoUsd === null ? null : toUsd(limitNanoUsd),
        soft_limit_usd: softLimitNanoUsd === null ? null : toUsd(softLimitNanoUsd),
        limit_audio_seconds: limitAudioMs === null ? null : Number(limitAudioMs) / 1000,
      },
      period_starts_at: period === 'total' ? null : startsAt.toISOString(),
      resets_at: resetsAt?.toISOString() ?? null,
      spent_usd: toUsd(row.spentNanoUsd),
      spent_audio_seconds: Number(row.spentAudioMs) / 1000,
    },
  };
}
