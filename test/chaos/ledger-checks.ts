import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';

const CATCH_UP_MS = 120_000;

/** What has been found in the ledger to be otherwise than its rows. */
interface Finding {
  readonly what: string;
}

/**
 * How often each id is in the ledger, as soon as all of `expected` are there and nothing waits any more, or after two minutes.
 * @param isWritten whether no gateway has anything that waits for the database
 */
export async function ledgerWith(
  database: Client,
  expected: readonly string[],
  isWritten: () => Promise<boolean>,
): Promise<ReadonlyMap<string, number>> {
  for (let waitedMs = 0; ; waitedMs += 250) {
    const { rows } = await database.query<{ id: string; count: number }>(
      'SELECT id, count(*)::int AS count FROM request_log GROUP BY id',
    );
    const ids = new Map(rows.map(({ id, count }) => [id, count]));
    if ((expected.every((id) => ids.has(id)) && (await isWritten())) || waitedMs >= CATCH_UP_MS) return ids;
    await delay(250);
  }
}

/** Keys, teams, totals of budgets, hours and days whose sums are not those of their rows. */
export async function wrongSums(database: Client): Promise<string[]> {
  const { rows } = await database.query<Finding>(`
    SELECT 'key ' || key.name AS what FROM virtual_key key
    WHERE spend_nano_usd <> (SELECT coalesce(sum(cost_nano_usd), 0) FROM request_log WHERE key_id = key.id)
    UNION ALL
    SELECT 'team ' || team.name FROM team
    WHERE spend_nano_usd <> (SELECT coalesce(sum(cost_nano_usd), 0) FROM request_log WHERE team_id = team.id)
    UNION ALL
    SELECT 'budget ' || coalesce(budget.key_id, budget.team_id) FROM budget JOIN budget_period period ON budget_id = budget.id
    WHERE period = 'total' AND spent_nano_usd <> (
      SELECT coalesce(sum(cost_nano_usd), 0) FROM request_log log
      WHERE log.key_id = budget.key_id OR log.team_id = budget.team_id)
    UNION ALL
    SELECT coalesce(r.grain || ' ' || r.starts_at, 'missing ' || l.starts_at)
    FROM (SELECT grain, starts_at, sum(requests) AS requests, sum(cost_nano_usd) AS cost FROM usage_rollup GROUP BY 1, 2) r
    FULL JOIN (
      SELECT grain, date_trunc(grain, created_at, 'UTC') AS starts_at, count(*) AS requests,
        coalesce(sum(cost_nano_usd), 0) AS cost
      FROM request_log, (VALUES ('hour'), ('day')) AS grains(grain) GROUP BY 1, 2
    ) l USING (grain, starts_at)
    WHERE (r.requests, r.cost) IS DISTINCT FROM (l.requests, l.cost)`);
  return rows.map(({ what }) => what);
}
