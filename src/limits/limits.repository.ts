import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { PrismaService } from '../database/prisma.service.js';
import type { GivenBack, Places, Taken, Taking, WindowCount } from './limit-counters.js';

const takenRows = z.array(
  z.object({ place: z.number(), isRefused: z.boolean(), used: z.array(z.bigint()), atMs: z.bigint() }),
);
const leaseRow = z.tuple([z.object({ others: z.number(), isNew: z.boolean() })]);
const mergedRow = z.tuple([z.object({ isDone: z.boolean() })]);
const windowNames = z.enum(['minute', 'hour', 'day']);
const countRows = z.array(z.object({ counter: z.string(), startsAt: z.date(), window: windowNames, used: z.bigint() }));

/** What is counted by several gateways, and which gateways there are, in PostgreSQL, by its clock. */
@Injectable()
export class LimitsRepository {
  constructor(private readonly prisma: PrismaService) {}

  /**
   * Counts each in turn, all in one statement, after these requests have given up their places.
   * @param moment absent = the database's clock
   * @returns what was said to each, in their order
   */
  async take(
    instanceId: string,
    asked: readonly Taking[],
    released: readonly string[],
    moment?: Date,
  ): Promise<readonly (Taken | undefined)[]> {
    const rows = await this.prisma.ask(
      () => this.prisma.$queryRaw`
        SELECT t.place_in_batch AS place, t.is_refused AS "isRefused", t.used,
          floor(1000 * extract(epoch FROM n.moment))::bigint AS "atMs"
        FROM (SELECT coalesce(${moment ?? null}::timestamptz, clock_timestamp()) AS moment) AS n
        CROSS JOIN LATERAL take_limits(
          ${instanceId}::uuid, ${JSON.stringify(asked)}::jsonb, ${[...released]}::uuid[], n.moment
        ) AS t`,
    );
    const answers = new Map(takenRows.parse(rows).map((row) => [row.place, row]));
    return asked.map((_, index) => {
      const answer = answers.get(index + 1);
      return answer && { isRefused: answer.isRefused, used: answer.used.map(Number), atMs: Number(answer.atMs) };
    });
  }

  async giveBack(given: readonly GivenBack[]): Promise<void> {
    const sent = given.map(({ counter, startsMs, amount }) => ({ counter, starts_ms: startsMs, amount }));
    await this.prisma.ask(
      () => this.prisma.$queryRaw`SELECT 1 AS done FROM give_back_limits(${JSON.stringify(sent)}::jsonb)`,
    );
  }

  /**
   * Adds what was counted in memory, once for each number.
   * @returns false when the gateway's lease has been cleared away, so that nothing was added
   */
  async merge(
    instanceId: string,
    number: number,
    counts: readonly WindowCount[],
    places: readonly Places[],
  ): Promise<boolean> {
    const counted = counts.map(({ counter, window, startsMs, used }) => {
      return { counter, window, starts_ms: startsMs, amount: used };
    });
    const rows = await this.prisma.ask(
      () => this.prisma.$queryRaw`
        SELECT merge_limits(
          ${instanceId}::uuid, ${number}::integer, ${JSON.stringify(counted)}::jsonb, ${JSON.stringify(flat(places))}::jsonb
        ) AS "isDone"`,
    );
    return mergedRow.parse(rows)[0].isDone;
  }

  /** What is counted in the windows that are not over, after the places of this gateway's requests were given up. */
  async takeOver(instanceId: string): Promise<readonly WindowCount[]> {
    const rows = await this.prisma.ask(
      () => this.prisma.$queryRaw`
        WITH given_up AS (DELETE FROM limit_place WHERE instance_id = ${instanceId}::uuid)
        SELECT counter, starts_at AS "startsAt", used, CASE ends_at - starts_at
          WHEN interval '1 minute' THEN 'minute' WHEN interval '1 hour' THEN 'hour' ELSE 'day' END AS window
        FROM limit_counter WHERE ends_at > clock_timestamp()`,
    );
    return countRows.parse(rows).map(({ startsAt, used, ...count }) => {
      return { ...count, startsMs: startsAt.getTime(), used: Number(used) };
    });
  }

  /** Makes these all the places that the gateway's requests have. */
  async setPlaces(instanceId: string, places: readonly Places[]): Promise<void> {
    const sent = JSON.stringify(flat(places));
    await this.prisma.ask(
      () => this.prisma.$executeRaw`
        WITH held AS (SELECT h.id, h.counter FROM jsonb_to_recordset(${sent}::jsonb) AS h(id UUID, counter TEXT)),
        gone AS (
          DELETE FROM limit_place WHERE instance_id = ${instanceId}::uuid
            AND (request_id, counter) NOT IN (SELECT id, counter FROM held)
        )
        INSERT INTO limit_place (request_id, counter, instance_id) SELECT id, counter, ${instanceId}::uuid FROM held
        ON CONFLICT DO NOTHING`,
    );
  }

  /** Begins or renews the gateway's lease. @returns how many others there are, and whether this one was not known */
  async renew(instanceId: string, leaseMs: number): Promise<{ readonly others: number; readonly isNew: boolean }> {
    const rows = await this.prisma.ask(
      () => this.prisma.$queryRaw`
        SELECT others, is_new AS "isNew" FROM renew_gateway(${instanceId}::uuid, ${leaseMs}::bigint, clock_timestamp())`,
    );
    return leaseRow.parse(rows)[0];
  }

  /** The gateway stops, and so have its requests. */
  async sayGoodbye(instanceId: string): Promise<void> {
    await this.prisma.ask(() =>
      this.prisma.$transaction([
        this.prisma.limitPlace.deleteMany({ where: { instanceId } }),
        this.prisma.gatewayInstance.deleteMany({ where: { id: instanceId } }),
      ]),
    );
  }
}

function flat(places: readonly Places[]) {
  return places.flatMap(({ id, counters }) => counters.map((counter) => ({ id, counter })));
}
